/**
 * Why there is no answer, told apart by what can be done about it.
 * `unreachable`: nobody answers · `token`: the API does not take the token · `forbidden`: this person may not ask ·
 * `older`: the API does not know what is asked · `question`: the API refuses what is asked · `too-large`: it needs more than
 * the bounds allow · `busy`: try again · `missing`: there is no such thing · `defect`: the API failed ·
 * `mismatch`: it answered in a way that cannot be read.
 */
export type ApiErrorKind =
  | 'unreachable'
  | 'token'
  | 'forbidden'
  | 'older'
  | 'question'
  | 'too-large'
  | 'busy'
  | 'missing'
  | 'defect'
  | 'mismatch';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** To find the request in the logs of Grafana and the collector. */
  readonly requestId: string;

  constructor(kind: ApiErrorKind, status: number, detail: string, requestId: string) {
    super(detail);
    this.kind = kind;
    this.status = status;
    this.requestId = requestId;
  }
}

/** What has failed may work when it is asked again, without anybody doing anything here. */
export function mayPass(error: ApiError): boolean {
  return error.kind === 'unreachable' || error.kind === 'busy' || error.kind === 'defect';
}

interface Failure {
  readonly status?: unknown;
  readonly statusText?: unknown;
  readonly data?: unknown;
}

interface Problem {
  readonly detail?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

/** Reads what Grafana's back-end service throws. */
export function apiErrorOf(cause: unknown, requestId: string): ApiError {
  const failure = (typeof cause === 'object' && cause !== null ? cause : {}) as Failure;
  const status = typeof failure.status === 'number' ? failure.status : 0;
  const problem = (typeof failure.data === 'object' && failure.data !== null ? failure.data : {}) as Problem;
  const findings = Array.isArray(problem.errors) ? (problem.errors as Record<string, unknown>[]) : [];
  const detail = [problem.detail, problem.message, failure.statusText].find(
    (text) => typeof text === 'string' && text !== '',
  );
  const said = findings.map(({ at, message }) => `${String(at)}: ${String(message)}`).join('; ');
  const kind = kindOf(status, findings, problem.detail !== undefined);
  return new ApiError(kind, status, [detail ?? 'no answer', said].filter((text) => text !== '').join(' — '), requestId);
}

function kindOf(status: number, findings: readonly Record<string, unknown>[], fromApi: boolean): ApiErrorKind {
  if (status === 400) return findings.some(isUnknownWord) ? 'older' : 'question';
  // The API names what it has not; a path it does not know, or another server's page, means that it is not the API we need.
  if (status === 404) return fromApi && !findings.some(isUnknownWord) ? 'missing' : 'older';
  if (status === 405) return 'older';
  if (status === 401 || status === 421) return 'token';
  if (status === 403) return 'forbidden';
  if (status === 422) return 'too-large';
  if (status === 429 || status === 503) return 'busy';
  if (status === 0 || status === 502 || status === 504) return 'unreachable';
  return 'defect';
}

/** Our questions hold only words of the current API. */
function isUnknownWord({ code }: Record<string, unknown>): boolean {
  return code === 'FIELD_UNKNOWN' || code === 'VALUE_UNKNOWN';
}
