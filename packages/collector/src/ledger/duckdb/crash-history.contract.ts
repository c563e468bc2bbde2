import { writeSync } from 'node:fs';
import type { PricedCall } from '../ledger.ts';
import { madeCall } from '../made-call.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

/** When the first batch starts, and how much later each further one: four to an hour. */
const FIRST_US = Date.UTC(2026, 0, 1) * 1000;
const STEP_US = 900_000_000;
/** Millionths of a dollar. */
export const OUTER_PRICE = 300;
export const INNER_PRICE = 255;

/** A call of a library (the outer span) and the provider call within it, which comes batches later and takes its place. */
interface Unit {
  readonly outerBatch: number;
  readonly innerBatch: number;
  readonly startedAtUs: number;
  readonly index: number;
}

/** The units whose outer span is in a batch. Half of the inner spans come in an hour that is over and merged. */
export function unitsOf(batch: number): Unit[] {
  return Array.from({ length: 1 + ((batch * 37) % 12) }, (_, index) => ({
    outerBatch: batch,
    innerBatch: batch + (index % 2 === 0 ? 2 : 15),
    startedAtUs: FIRST_US + batch * STEP_US + index,
    index,
  }));
}

export function callsOf(batch: number): PricedCall[] {
  const inner = [2, 15].flatMap((lag) => (batch < lag ? [] : unitsOf(batch - lag)));
  return [
    ...unitsOf(batch).map((unit) => span(unit, batch, OUTER_PRICE)),
    ...inner.filter(({ innerBatch }) => innerBatch === batch).map((unit) => span(unit, batch, INNER_PRICE)),
  ];
}

function span(unit: Unit, batch: number, price: number): PricedCall {
  const { call, cost } = madeCall({
    n: 0,
    cost: `0.000${price}`,
    startedAtUs: unit.startedAtUs,
    tags: { customer_id: 'acme', batch: `b${batch}` },
  });
  const outer = '1'.padStart(16, '0');
  const ids = price === OUTER_PRICE ? { spanId: outer } : { spanId: '2'.padStart(16, '0'), parentSpanId: outer };
  return {
    cost,
    call: { ...call, ...ids, traceId: (unit.outerBatch * 100 + unit.index + 1).toString(16).padStart(32, '0') },
  };
}

/**
 * The process that the crash test kills: writes batches one after the other, four at a time, by a clock that goes on with
 * them, while hours are summed, merged, summed anew and their calls deleted after a day all the time.
 */
async function writeUntilKilled(path: string, first: number): Promise<void> {
  let next = first;
  const ledger = await openDuckDbLedger({
    path,
    walBytesMax: 256 * 1024,
    groupAgeMaxMs: 0,
    rollUpIntervalMs: 5,
    retention: { callsDays: 1, contextDays: 1, hoursDays: 0 },
    nowUs: () => FIRST_US + next * STEP_US,
  });
  const write = async (): Promise<void> => {
    for (;;) {
      const batch = next;
      next += 1;
      await ledger.append(callsOf(batch));
      writeSync(1, `${batch}\n`);
    }
  };
  await Promise.all([write(), write(), write(), write()]);
}

if (import.meta.main) await writeUntilKilled(process.argv[2] as string, Number(process.argv[3]));
