/// <reference lib="dom" />

/** Values by name: money is a decimal text, a count a number (a text beyond 2⁵³), unknown is `null`. */
export type Row = Readonly<Record<string, string | number | null>>;

export interface UsageQuestion {
  readonly from: string;
  readonly to: string;
  readonly timezone?: string;
  readonly grain?: string;
  readonly metrics: readonly string[];
  readonly groupBy?: readonly string[];
  readonly filters?: readonly { readonly field: string; readonly op: string; readonly value?: string }[];
  readonly orderBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  readonly limit?: number;
}

export interface UsageAnswer {
  readonly rows: readonly Row[];
  readonly total: Row;
  readonly unpriced_calls: number;
  readonly complete_to: string;
}

export interface CallSummary {
  readonly id: string;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly provider: string;
  readonly model: string | null;
  readonly request_model: string | null;
  readonly operation: string;
  readonly outcome: string;
  readonly service: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, number>>;
  readonly usage_status: string;
  readonly cost: string | null;
  readonly currency: string;
  readonly cost_status: string;
}

export interface CallsPage {
  readonly calls: readonly CallSummary[];
  readonly next_cursor: string | null;
}

export interface CallLine {
  readonly meter: string;
  readonly quantity: number;
  readonly counted?: number;
  readonly above?: number;
  readonly fee?: string;
  readonly rate: string;
  readonly per: number;
  readonly multipliers?: readonly { readonly name: string; readonly factor: string }[];
  readonly amount: string;
}

export interface CallDetail extends CallSummary {
  readonly lines: readonly CallLine[];
  readonly card: {
    readonly provider: string;
    readonly model: string;
    readonly layer: string;
    readonly version: string;
  } | null;
  readonly match: string | null;
  readonly reason: string | null;
  readonly native: {
    readonly currency: string;
    readonly cost: string;
    readonly fx_rate: string | null;
    readonly fx_from: string | null;
  } | null;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly response_id: string | null;
  readonly error_type: string | null;
  readonly time_to_first_chunk_ms: number | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly received_at: string;
}

/** The API's refusal, or its silence (`status` 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly detail: string;

  constructor(status: number, title: string, detail: string) {
    super(title);
    this.status = status;
    this.detail = detail;
  }
}

const KEY_ITEM = 'costspan.key';

/** Keeps the visitor's key for this tab only. */
export function rememberKey(key: string): void {
  sessionStorage.setItem(KEY_ITEM, key);
}

export function hasKey(): boolean {
  return sessionStorage.getItem(KEY_ITEM) !== null;
}

export function askUsage(question: UsageQuestion, signal: AbortSignal): Promise<UsageAnswer> {
  return ask<UsageAnswer>('api/v1/usage/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal,
  });
}

export function askCalls(parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<CallsPage> {
  return ask<CallsPage>(`api/v1/calls?${new URLSearchParams(parameters)}`, { signal });
}

export function askCall(id: string, signal: AbortSignal): Promise<CallDetail> {
  return ask<CallDetail>(`api/v1/calls/${encodeURIComponent(id)}`, { signal });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers);
  const key = sessionStorage.getItem(KEY_ITEM);
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiProblem(0, 'The collector does not answer', 'It may be stopped or restarting.');
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined);
  const problem = (typeof body === 'object' && body !== null ? body : {}) as {
    title?: unknown;
    detail?: unknown;
    errors?: readonly { readonly at: string; readonly message: string }[];
  };
  const title = typeof problem.title === 'string' ? problem.title : `The collector answered ${response.status}`;
  const findings = Array.isArray(problem.errors) ? problem.errors.map(({ at, message }) => `${at}: ${message}`) : [];
  const detail = [typeof problem.detail === 'string' ? problem.detail : '', ...findings].filter((line) => line !== '');
  return new ApiProblem(response.status, title, detail.join('\n'));
}
