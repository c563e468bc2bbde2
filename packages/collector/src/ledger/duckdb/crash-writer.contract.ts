import { writeSync } from 'node:fs';
import { madeCall } from '../made-call.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

/** Rows of a batch. Sizes vary, so that a batch kept in part would show. */
export function crashBatchRows(batch: number): number {
  return 1 + ((batch * 37) % 120);
}

/**
 * The process that the crash test kills: writes batches `first`, `first + 1`, … four at a time for as long as it lives,
 * and says each one on standard output once it is acknowledged.
 */
async function writeUntilKilled(path: string, first: number): Promise<void> {
  // A small log and many roll-ups, so that kills also fall into checkpoints and between sums.
  const ledger = await openDuckDbLedger({ path, walBytesMax: 256 * 1024, groupAgeMaxMs: 0, rollUpIntervalMs: 5 });
  let next = first;
  const write = async (): Promise<void> => {
    for (;;) {
      const batch = next;
      next += 1;
      const rows = Array.from({ length: crashBatchRows(batch) }, (_, index) =>
        madeCall({ n: batch * 1000 + index, cost: '0.000255', tags: { customer_id: 'acme', batch: `b${batch}` } }),
      );
      await ledger.append(rows);
      writeSync(1, `${batch}\n`);
    }
  };
  await Promise.all([write(), write(), write(), write()]);
}

if (import.meta.main) await writeUntilKilled(process.argv[2] as string, Number(process.argv[3]));
