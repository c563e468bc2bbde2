import type { PricingRequest } from '@costspan/pricing';
import { type Finding, type Meters, type PricingContext, parseMeters, parseMoney } from '@costspan/usage';

/** What names a line in the answer; anything but a text or a number names nothing. */
export type LineId = string | number | null;

export type PriceLine =
  | { readonly kind: 'call'; readonly id: LineId; readonly request: PricingRequest }
  | {
      readonly kind: 'invalid';
      readonly id: LineId;
      /** `inconsistent` when only counts are wrong, `unpriced` when it is not known what to price. */
      readonly status: 'inconsistent' | 'unpriced';
      readonly reason: string;
      readonly findings: readonly Finding[];
    };

/**
 * Reads one line of `costspan price`. Every mistake is reported at once, and a mistaken line gets no amount:
 * leaving out a bad count would price the call too low without saying so.
 * @param nowMs the instant of a call that does not say when it was.
 */
export function parsePriceLine(value: unknown, nowMs: number, before: readonly Finding[] = []): PriceLine {
  if (before.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) {
    const findings =
      before.length > 0 ? before : [{ at: 'line', code: 'LINE_FORMAT', message: 'a line must be a JSON object' }];
    return { kind: 'invalid', id: null, status: 'unpriced', reason: 'input_invalid', findings };
  }
  const line = value as Readonly<Record<string, unknown>>;
  const id = typeof line['id'] === 'string' || typeof line['id'] === 'number' ? line['id'] : null;
  const findings: Finding[] = [];
  const provider = textAt(line, 'provider', findings);
  const model = textAt(line, 'model', findings);
  const atUs = instantAt(line, nowMs, findings);
  const context = contextAt(line, findings);
  const customerOf = customerAt(line, findings);
  const callIsKnown = findings.length === 0;
  const usage = usageAt(line);
  findings.push(...usage.findings);
  if (findings.length > 0) {
    return {
      kind: 'invalid',
      id,
      status: callIsKnown ? 'inconsistent' : 'unpriced',
      reason: callIsKnown ? 'usage_invalid' : 'input_invalid',
      findings,
    };
  }
  // An empty object states that nothing was used; only a missing one leaves it unknown.
  const status = line['usage'] === undefined || line['usage'] === null ? 'unavailable' : 'reported';
  const deployment = typeof line['deployment'] === 'string' ? { deployment: line['deployment'] } : {};
  const customer = customerOf === undefined ? {} : { customer: customerOf };
  const usageOfCall = { meters: usage.meters, status } as const;
  return {
    kind: 'call',
    id,
    request: { provider, model, atUs, usage: usageOfCall, context, ...deployment, ...customer },
  };
}

function textAt(line: Readonly<Record<string, unknown>>, key: string, findings: Finding[]): string {
  const value = line[key];
  if (typeof value === 'string' && value !== '') return value;
  findings.push({
    at: key,
    code: 'TEXT_MISSING',
    message: `"${key}" must be a text, for example ${key === 'provider' ? '"openai"' : '"gpt-4o-mini"'}`,
  });
  return '';
}

function customerAt(line: Readonly<Record<string, unknown>>, findings: Finding[]): string | undefined {
  const value = line['customer'];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  findings.push({ at: 'customer', code: 'TEXT_EXPECTED', message: '"customer" must be a text, for example "acme"' });
  return undefined;
}

/** Microseconds since 1970. */
function instantAt(line: Readonly<Record<string, unknown>>, nowMs: number, findings: Finding[]): number {
  const value = line['at'];
  if (value === undefined || value === null) return nowMs * 1000;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(ms)) return ms * 1000;
  findings.push({
    at: 'at',
    code: 'INSTANT',
    message: `${JSON.stringify(value)} is not an instant such as "2026-11-01T00:00:00Z"`,
  });
  return 0;
}

function usageAt(line: Readonly<Record<string, unknown>>): {
  readonly meters: Meters;
  readonly findings: readonly Finding[];
} {
  const value = line['usage'];
  return value === undefined || value === null ? { meters: {}, findings: [] } : parseMeters(value, 'usage');
}

const TEXT_AXES = ['service_tier', 'speed', 'region', 'variant'] as const;

function contextAt(line: Readonly<Record<string, unknown>>, findings: Finding[]): PricingContext {
  const context: { -readonly [Axis in keyof PricingContext]: PricingContext[Axis] } = {};
  const given = line['context'] ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    findings.push({
      at: 'context',
      code: 'CONTEXT_FORMAT',
      message: '"context" must be an object such as {"service_tier":"flex"}',
    });
    return context;
  }
  for (const [axis, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const textAxis = TEXT_AXES.find((name) => name === axis);
    if (textAxis !== undefined && typeof value === 'string') context[textAxis] = value;
    else if (axis === 'batch' && typeof value === 'boolean') context.batch = value;
    else if (axis === 'prompt_tokens' && Number.isSafeInteger(value) && Number(value) >= 0)
      context.prompt_tokens = Number(value);
    else if (textAxis !== undefined || axis === 'batch' || axis === 'prompt_tokens') {
      findings.push({
        at: `context.${axis}`,
        code: 'CONTEXT_VALUE',
        message: `must be ${axis === 'batch' ? 'true or false' : axis === 'prompt_tokens' ? 'a whole number' : 'a text'}`,
      });
    } else {
      findings.push({
        at: `context.${axis}`,
        code: 'CONTEXT_AXIS',
        message: `is not an axis of prices; known: ${TEXT_AXES.join(', ')}, batch, prompt_tokens`,
      });
    }
  }
  const reported = reportedCostAt(line, findings);
  return reported === undefined ? context : { ...context, reported_cost: reported };
}

function reportedCostAt(line: Readonly<Record<string, unknown>>, findings: Finding[]): PricingContext['reported_cost'] {
  const value = line['reported_cost'];
  if (value === undefined || value === null) return undefined;
  const { amount, currency } = value as { readonly amount?: unknown; readonly currency?: unknown };
  if (typeof amount === 'string' && typeof currency === 'string' && isMoney(amount)) return { amount, currency };
  findings.push({
    at: 'reported_cost',
    code: 'REPORTED_COST',
    message: 'must be {"amount":"0.0123","currency":"USD"} with the amount as a decimal text',
  });
  return undefined;
}

function isMoney(text: string): boolean {
  try {
    parseMoney(text);
    return true;
  } catch {
    return false;
  }
}
