import type { CallSize, DecisionJson, DenyReason, Locale, QuotaCall, Refusal, RefusalBody } from '@costspan/quota';
import { formatMoney } from '@costspan/usage';
import type { Amounts } from './amounts.ts';
import type { GrantedCall } from './grant.ts';
import { JsonPoster, type PostedAnswer } from './json-poster.ts';

/** Calls of a grant that are told at the same time, where each is told by itself. */
const SINGLES = 16;
const LIMIT_HEADERS = ['RateLimit', 'RateLimit-Policy'];
const REFUSAL_HEADERS = ['Content-Type', 'Content-Language', 'Retry-After', ...LIMIT_HEADERS];

export interface ApiAsk {
  readonly id: string;
  readonly call: QuotaCall;
  readonly size?: CallSize;
  /** What to hold, where that is known better than by the size. */
  readonly hold?: Amounts;
}

export type ApiDecision =
  | { readonly kind: 'allow'; readonly body: DecisionJson; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly kind: 'deny';
      readonly reason: DenyReason;
      readonly ruleIds: readonly string[];
      readonly refusal: Refusal;
    };

export interface DecisionApiOptions {
  readonly apiKey?: string | undefined;
  readonly timeoutMs: number;
}

/** The collector is there and can do nothing with this one call. */
export class UnusableAskError extends Error {}

/** The quota API of a collector. */
export class DecisionApi {
  readonly #poster: JsonPoster;
  #takesCalls = true;

  constructor(url: string, { apiKey, timeoutMs }: DecisionApiOptions) {
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    this.#poster = new JsonPoster(new URL('/api/v1/quota/', url), headers, timeoutMs);
  }

  close(): void {
    this.#poster.close();
  }

  /** @throws when there is no answer in time, or one that is neither a yes nor a refusal. */
  async reserve({ id, call, size, hold }: ApiAsk, locale: Locale): Promise<ApiDecision> {
    const answer = await this.#poster.post(
      'decisions',
      { 'accept-language': locale },
      {
        id,
        ...callJson(call),
        ...(size === undefined ? {} : { size: sizeJson(size) }),
        ...(hold === undefined ? {} : { hold: amountsJson(hold) }),
      },
    );
    const body = parsed(answer.text);
    if (isOk(answer)) {
      return { kind: 'allow', body: body as DecisionJson, headers: headersOf(answer, LIMIT_HEADERS) };
    }
    if (isRefusal(body)) {
      const blocking = body.exceeded.filter(({ effect }) => effect === 'blocks').map((limit) => limit.rule_id);
      return {
        kind: 'deny',
        reason: body.reason,
        ruleIds: blocking.length === 0 ? [body.rule_id] : [...new Set(blocking)],
        refusal: { status: answer.status, headers: headersOf(answer, REFUSAL_HEADERS), body },
      };
    }
    const said = `the quota API answered ${answer.status}: ${detailOf(body)}`;
    throw answer.status === 400 ? new UnusableAskError(said) : new Error(said);
  }

  /**
   * What is refused for its content is not tried again: the collector counts the call by its span.
   * @returns whether it was taken. @throws when it was not told.
   */
  async tell(id: string, what: 'settle' | 'release' | 'extend', body: object): Promise<boolean> {
    const answer = await this.#poster.post(`decisions/${encodeURIComponent(id)}/${what}`, {}, body);
    if (answer.status >= 500 || answer.status === 429) throw new Error(`the quota API answered ${answer.status}`);
    return isOk(answer);
  }

  /**
   * Counts the calls of a grant, each by its own id, and gives the rest back: in one request, or in one for each call where the
   * collector does not take them together. Safe to repeat.
   * @throws when it was not told.
   */
  async settleGrant(id: string, call: QuotaCall, calls: readonly GrantedCall[]): Promise<void> {
    const whose = callJson(call);
    const used = calls.map((one) => ({ id: one.id, at: new Date(one.atMs).toISOString(), ...amountsJson(one.used) }));
    if (this.#takesCalls && calls.length > 0) {
      if (await this.tell(id, 'settle', { call: whose, calls: used })) return;
      this.#takesCalls = false;
    }
    for (let at = 0; at < used.length; at += SINGLES) {
      const some = used.slice(at, at + SINGLES);
      await Promise.all(some.map(({ id: callId, ...body }) => this.tell(callId, 'settle', { ...body, call: whose })));
    }
    await this.tell(id, 'release', {});
  }
}

export function amountsJson({ requests, tokens, cost }: Amounts): object {
  return {
    requests,
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost: formatMoney(cost) }),
  };
}

/** The API takes no call without a model; rules that name one do not match such calls. */
function callJson({ provider, model, tags }: QuotaCall): object {
  return { provider, model: model === '' ? '(none)' : model, tags };
}

function sizeJson({ inputBytes, inputTokens, maxTokens }: CallSize): object {
  return { input_bytes: inputBytes, input_tokens: inputTokens, max_tokens: maxTokens };
}

function isOk({ status }: PostedAnswer): boolean {
  return status >= 200 && status < 300;
}

/** A proxy in between may answer with a page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function headersOf({ headers }: PostedAnswer, names: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name.toLowerCase()];
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

function isRefusal(body: unknown): body is RefusalBody {
  return typeof body === 'object' && body !== null && 'reason' in body && 'detail' in body && 'exceeded' in body;
}

function detailOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : 'no explanation';
}
