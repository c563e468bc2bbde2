import { type Finding, InvalidInputError } from '@costspan/usage';
import { LedgerUnavailableError, QueryTooLargeError } from '../ledger/ledger.ts';

/** Seconds after which a caller may try again when the ledger was unavailable. */
const RETRY_AFTER_SECONDS = 2;

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;
export type ProblemStatus = keyof typeof TITLES;

/** An `application/problem+json` answer (RFC 9457) with every mistake found. */
export function problem(
  status: ProblemStatus,
  detail: string,
  errors: readonly Finding[] = [],
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(
    { type: 'about:blank', title: TITLES[status], status, detail, errors },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );
}

/** What an error of ours means to a caller over HTTP. */
export function problemOf(error: unknown): Response {
  if (error instanceof InvalidInputError) {
    const count = error.findings.length === 1 ? '1 mistake' : `${error.findings.length} mistakes`;
    return problem(400, `the request has ${count}`, error.findings);
  }
  if (error instanceof QueryTooLargeError) {
    return problem(422, error.message, [{ at: 'body', code: error.code, message: error.message }]);
  }
  if (error instanceof LedgerUnavailableError) {
    const finding = { at: 'ledger', code: error.code, message: error.message };
    return problem(503, error.message, [finding], { 'retry-after': String(RETRY_AFTER_SECONDS) });
  }
  return problem(500, 'the collector could not answer; its log says why');
}
