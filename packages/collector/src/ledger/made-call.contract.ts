import { attoFromInteger, parseMoney } from '@costspan/usage';
import type { PricedCall } from './ledger.ts';

/** When the first made call started. */
export const FIRST_US = Date.UTC(2026, 9, 1) * 1000;

interface Made {
  readonly n: number;
  /** A decimal string; `undefined` for a call without a price. */
  readonly cost?: string | undefined;
  readonly startedAtUs?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly meters?: PricedCall['call']['usage']['meters'];
}

/** A plain call that started a second after the one before; costs 0.001 unless told. */
export function madeCall(made: Made): PricedCall {
  const total = 'cost' in made ? made.cost : '0.001';
  return {
    call: {
      traceId: (0xabc0000 + made.n * 7919).toString(16).padStart(32, '0'),
      spanId: (made.n + 1).toString(16).padStart(16, '0'),
      startedAtUs: made.startedAtUs ?? FIRST_US + made.n * 1_000_000,
      durationUs: 1000 + made.n,
      provider: 'openai',
      operation: 'chat',
      requestModel: 'gpt-4o-mini',
      usage: { status: 'reported', meters: made.meters ?? { input_tokens: 10, output_tokens: 5 } },
      context: {},
      outcome: 'ok',
      tags: made.tags ?? { customer_id: 'acme' },
    },
    cost:
      total === undefined
        ? { status: 'unpriced', total, currency: 'USD', lines: [], reason: 'model_unknown' }
        : { status: 'priced', total: attoFromInteger(parseMoney(total)), currency: 'USD', lines: [] },
  };
}

export function idOf({ call }: { readonly call: Pick<PricedCall['call'], 'traceId' | 'spanId'> }): string {
  return `${call.traceId}-${call.spanId}`;
}
