import fc from 'fast-check';
import type { PricedCall } from './ledger.ts';
import { pricedCall } from './random-calls.contract.ts';

export const NOW_US = Date.UTC(2026, 3, 10) * 1000;
const HOUR_US = 3_600_000_000;

/** A span of a random trace: a random call, made part of a tree, that may share its answer with others. */
const span = fc.record({
  priced: pricedCall,
  parent: fc.option(fc.nat(1000), { nil: undefined, freq: 3 }),
  trace: fc.constantFrom(0, 0, 0, 1),
  operation: fc.constantFrom('chat', 'chat', 'chat', 'embeddings'),
  startedAtUs: fc.integer({ min: NOW_US - 6 * HOUR_US, max: NOW_US }),
  durationUs: fc.nat(HOUR_US),
  responseId: fc.option(fc.constantFrom('msg_1', 'msg_2'), { nil: undefined }),
  hasUsage: fc.boolean(),
  isStated: fc.constantFrom(false, false, true),
  model: fc.constantFrom('gpt-4o', 'gpt-4o-mini'),
});

const spans = fc.array(span, { minLength: 4, maxLength: 14, size: 'max' }).map((all) =>
  all.map(
    (
      { priced, parent, trace, operation, startedAtUs, durationUs, responseId, hasUsage, isStated, model },
      index,
    ): PricedCall => {
      const { parentSpanId: _, responseId: __, responseModel: ___, ...call } = priced.call;
      return {
        cost: priced.cost,
        call: {
          ...call,
          traceId: String(trace + 1).padStart(32, '0'),
          spanId: spanId(index),
          ...(parent === undefined ? {} : { parentSpanId: spanId(parent % all.length) }),
          ...(responseId === undefined ? {} : { responseId }),
          provider: 'openai',
          operation,
          requestModel: model,
          startedAtUs,
          durationUs,
          usage: hasUsage ? call.usage : { status: 'unavailable', meters: {} },
          ...(isStated ? { billableStated: true } : {}),
        },
      };
    },
  ),
);

export function spanId(index: number): string {
  return (index + 1).toString(16).padStart(16, '0');
}

/** What happens to a ledger: spans come (by index, some again), it rolls up, it is closed and opened. */
export type Step =
  | { readonly kind: 'append'; readonly indices: readonly number[] }
  | { readonly kind: 'roll up' | 'reopen' };

export interface History {
  readonly all: readonly PricedCall[];
  readonly steps: readonly Step[];
}

export const history: fc.Arbitrary<History> = spans.chain((all) =>
  fc
    .tuple(
      fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
      fc.array(fc.nat(all.length - 1), { maxLength: 6 }),
      fc.infiniteStream(fc.constantFrom('next', 'next', 'cut', 'cut', 'roll up', 'reopen')),
    )
    .map(([order, again, turns]) => ({ all, steps: stepsOf([...order, ...again], turns) })),
);

function stepsOf(order: readonly number[], turns: Iterator<string>): Step[] {
  const steps: Step[] = [];
  let indices: number[] = [];
  for (const index of order) {
    indices.push(index);
    const turn = turns.next().value as string;
    if (turn === 'next') continue;
    steps.push({ kind: 'append', indices });
    indices = [];
    if (turn !== 'cut') steps.push({ kind: turn as 'roll up' | 'reopen' });
  }
  steps.push({ kind: 'append', indices });
  return steps;
}
