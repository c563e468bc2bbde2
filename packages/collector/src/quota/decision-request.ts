import { randomUUID } from 'node:crypto';
import type { ActualUse, CallSize, Locale, QuotaCall, QuotaRequest } from '@costspan/quota';
import { providerOf } from '@costspan/spans';
import { type Finding, InvalidInputError, parseMoney, parseTags } from '@costspan/usage';
import type { z } from 'zod';
import { check } from '../query/request-schemas.ts';
import type { CountedCall } from './counted-call.ts';
import { type callFacts, decisionBody, explainBody, settleBody } from './request-schemas.ts';

export interface AskedDecision {
  readonly request: QuotaRequest;
  readonly locale: Locale;
}

export interface AskedSettlement {
  readonly used: ActualUse;
  /** Whose call it was, for a reservation that nobody knows any more. */
  readonly call: QuotaCall | undefined;
  readonly atMs: number | undefined;
  /** Those that a grant was held for. */
  readonly calls: readonly CountedCall[] | undefined;
}

/** What a `user:alice` of gateways is as a tag. */
const SUBJECT_TAGS: Readonly<Record<string, string>> = {
  user: 'user',
  team: 'team',
  virtualaccount: 'virtual_account',
  virtual_account: 'virtual_account',
  customer: 'customer_id',
};

/** @throws InvalidInputError `DECISION_INVALID` with every mistake. */
export function parseDecision(value: unknown, locale: Locale): AskedDecision {
  const body = readBody(decisionBody, value, 'DECISION_INVALID', 'decision');
  return { request: requestOf(body), locale: body.locale ?? locale };
}

/** @throws InvalidInputError `EXPLAIN_INVALID` with every mistake. */
export function parseExplain(value: unknown): QuotaRequest {
  return requestOf(readBody(explainBody, value, 'EXPLAIN_INVALID', 'explain'));
}

/** @throws InvalidInputError `SETTLE_INVALID` with every mistake. */
export function parseSettle(value: unknown, nowMs: number): AskedSettlement {
  const { requests, tokens, input_tokens, output_tokens, cost, call, at, calls } = readBody(
    settleBody,
    value,
    'SETTLE_INVALID',
    'settle',
  );
  const both =
    input_tokens === undefined && output_tokens === undefined ? undefined : (input_tokens ?? 0) + (output_tokens ?? 0);
  const total = tokens ?? both;
  const whose = call === undefined ? undefined : callOf(call, 'call');
  return {
    used: useOf(requests, total, cost),
    call: whose,
    atMs: at === undefined ? undefined : Date.parse(at),
    calls:
      whose === undefined
        ? undefined
        : calls?.map((one) => ({
            id: one.id,
            call: whose,
            used: useOf(one.requests, one.tokens, one.cost),
            atMs: one.at === undefined ? nowMs : Date.parse(one.at),
          })),
  };
}

function useOf(requests: number | undefined, tokens: number | undefined, cost: string | undefined): ActualUse {
  return {
    ...(requests === undefined ? {} : { requests }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost: parseMoney(cost) }),
  };
}

function requestOf({ id, size, hold, ...facts }: z.infer<typeof decisionBody>): QuotaRequest {
  return {
    id: id ?? randomUUID(),
    call: callOf(facts, ''),
    ...(size === undefined ? {} : { size: sizeOf(size) }),
    ...(hold === undefined
      ? {}
      : {
          hold: {
            ...(hold.requests === undefined ? {} : { requests: hold.requests }),
            ...(hold.tokens === undefined ? {} : { tokens: hold.tokens }),
            ...(hold.cost === undefined ? {} : { cost: parseMoney(hold.cost) }),
          },
        }),
  };
}

function sizeOf(size: NonNullable<z.infer<typeof decisionBody>['size']>): CallSize {
  const { input_tokens, input_bytes, max_tokens, model_output_tokens_max, history_output_tokens_p95 } = size;
  return {
    ...(input_tokens === undefined ? {} : { inputTokens: input_tokens }),
    ...(input_bytes === undefined ? {} : { inputBytes: input_bytes }),
    ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
    ...(model_output_tokens_max === undefined ? {} : { modelOutputMax: model_output_tokens_max }),
    ...(history_output_tokens_p95 === undefined ? {} : { historyOutputP95: history_output_tokens_p95 }),
  };
}

/** `openai/gpt-4o` names the provider too; of a bare name its beginning tells, where one maker alone uses it. */
function callOf({ provider, model, tags, subjects }: z.infer<typeof callFacts>, at: string): QuotaCall {
  const prefix = at === '' ? '' : `${at}.`;
  const read = parseTags(tags ?? {}, `${prefix}tags`);
  const findings: Finding[] = [...read.findings];
  const named: Record<string, string> = {};
  for (const [index, subject] of (subjects ?? []).entries()) {
    const [kind = '', value = ''] = split(subject, ':');
    const tag = SUBJECT_TAGS[kind];
    if (tag === undefined || value === '') {
      const message = `"${subject}" is no subject; write user:…, team:…, virtualaccount:… or customer:…`;
      findings.push({ at: `${prefix}subjects[${index}]`, code: 'SUBJECT_UNKNOWN', message });
    } else named[tag] = value;
  }
  if (findings.length > 0) throw new InvalidInputError('TAGS_INVALID', 'tags', findings);
  const known = provider ?? providerOf(undefined, model);
  const [prefixed, rest] = split(model, '/');
  const isPrefixed = rest !== undefined && providerOf(prefixed) === known;
  return { provider: known, model: isPrefixed ? rest : model, tags: { ...named, ...read.tags } };
}

function split(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function readBody<T>(schema: z.ZodType<T>, value: unknown, code: string, what: string): T {
  const checked = check(schema, value);
  if (!checked.ok) throw new InvalidInputError(code, what, checked.findings);
  return checked.value;
}
