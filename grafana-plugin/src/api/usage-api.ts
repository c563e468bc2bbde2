import { type CallDetail, type CallsPage, callDetail, callsPage } from './call-answers.ts';
import { aList, anObject, anything, aRecord, aText, orAbsent } from './check.ts';
import { type DriversAnswer, driversAnswer } from './drivers-answer.ts';
import { type QuotaStatus, quotaStatus } from './quota-answer.ts';
import { ask } from './transport.ts';
import { type UsageAnswer, usageAnswer } from './usage-answer.ts';
import type { UsageQuestion } from './usage-question.ts';

/** Sums of calls by anything, over any time. */
export function askUsage(question: UsageQuestion, signal?: AbortSignal): Promise<UsageAnswer> {
  return ask({ route: 'usage', path: 'query', method: 'POST', body: question }, usageAnswer, signal);
}

export interface DriversQuestion extends Pick<UsageQuestion, 'from' | 'to' | 'timezone' | 'groupBy' | 'filters'> {
  readonly compare: 'previous_period' | 'previous_year';
}

/** Why spend changed: the parts sum exactly to the change. */
export function askDrivers(question: DriversQuestion, signal?: AbortSignal): Promise<DriversAnswer> {
  return ask({ route: 'usage', path: 'drivers', method: 'POST', body: question }, driversAnswer, signal);
}

export interface CallsQuestion {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Values by dimension or `tag.<key>`. */
  readonly only: Readonly<Record<string, string | readonly string[]>>;
}

/** Single calls, newest first. */
export function askCalls({ only, limit, ...rest }: CallsQuestion, signal?: AbortSignal): Promise<CallsPage> {
  return ask({ route: 'read', path: 'calls', params: { ...rest, ...only, limit: String(limit) } }, callsPage, signal);
}

export function askCall(id: string, signal?: AbortSignal): Promise<CallDetail> {
  return ask({ route: 'read', path: `calls/${encodeURIComponent(id)}` }, callDetail, signal);
}

/** Values that a field has had, the most frequent first. */
export async function askValues(
  field: string,
  prefix: string,
  period: { readonly from: string; readonly to: string },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { values } = await ask(
    { route: 'read', path: 'usage/values', params: { field, prefix, limit: '50', ...period } },
    anObject({ values: aList(anObject({ value: aText })) }),
    signal,
  );
  return values.map(({ value }) => value);
}

export interface QuotaQuestion {
  readonly sort?: string;
  readonly state?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Values of the dimensions that rules count by, such as `customer_id`; of several, one must hold. */
  readonly only?: Readonly<Record<string, string | readonly string[]>>;
  /** Only budgets that are kept for each value of this dimension. */
  readonly has?: string;
}

/** How budgets stand and how fast they are used. */
export function askQuotas({ only = {}, limit, ...rest }: QuotaQuestion, signal?: AbortSignal): Promise<QuotaStatus> {
  return ask(
    { route: 'read', path: 'quota/status', params: { ...rest, ...only, limit: String(limit) } },
    quotaStatus,
    signal,
  );
}

/** The rules in force: what each does when a limit is reached. */
export async function askQuotaRules(
  _: object,
  signal?: AbortSignal,
): Promise<readonly { readonly id: string; readonly on_exceed: string }[]> {
  const { rules } = await ask(
    { route: 'read', path: 'quota/rules' },
    anObject({ rules: aList(anObject({ id: aText, on_exceed: aText })) }),
    signal,
  );
  return rules;
}

/** Which API answers, and which paths it has. */
export async function askVersion(
  signal?: AbortSignal,
): Promise<{ readonly version: string; readonly paths: readonly string[] }> {
  const { info, paths } = await ask(
    { route: 'read', path: 'openapi.json' },
    anObject({ info: anObject({ version: aText }), paths: orAbsent(aRecord(anything), {}) }),
    signal,
  );
  return { version: info.version, paths: Object.keys(paths) };
}
