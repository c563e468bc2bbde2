import type { ActualUse, QuotaCall } from '@costspan/quota';
import { type Finding, InvalidInputError, parseMoney, parseTags } from '@costspan/usage';
import { LineCounter, parseDocument } from 'yaml';

/** A table of calls and what should be decided about them. */
export interface CaseTable {
  /** The rule file, as the table names it. */
  readonly rules: string | undefined;
  readonly plans: string | undefined;
  readonly cases: readonly QuotaCase[];
}

/** One row: a call, made `times` times in a row. */
export interface QuotaCase {
  readonly name: string;
  readonly line: number;
  readonly atMs: number;
  readonly call: QuotaCall;
  readonly used: ActualUse & { readonly requests: number };
  readonly times: number;
  readonly expect: Expected;
  /** Ids of the rules whose limits are exceeded, in any order; not looked at when absent. */
  readonly rules: readonly string[] | undefined;
}

export const EXPECTED = ['allow', 'warn', 'downgrade', 'deny'] as const;
export type Expected = (typeof EXPECTED)[number];

const FIELDS = ['name', 'at', 'provider', 'model', 'tags', 'requests', 'tokens', 'cost', 'times', 'expect', 'rules'];
const TIMES_MAX = 1_000_000;

/**
 * Reads YAML or JSON. Calls without an instant are made at that of the row above, the first at `nowMs`.
 * @throws InvalidInputError `CASES_INVALID` with every mistake and its line.
 */
export function parseCaseTable(text: string, file: string, nowMs: number): CaseTable {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const findings: Finding[] = [];
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true) as { readonly range?: readonly number[] } | undefined;
    return node?.range === undefined ? 1 : lines.linePos(node.range[0] ?? 0).line;
  };
  const wrong = (path: readonly (string | number)[], code: string, message: string): void => {
    const at = `${file}:${lineOf(path)}: ${path.join('.')}`;
    findings.push({ at, code, message });
  };
  for (const { message, pos } of document.errors) {
    findings.push({ at: `${file}:${lines.linePos(pos[0]).line}`, code: 'YAML', message: message.split('\n')[0] ?? '' });
  }
  const table: unknown = findings.length > 0 ? undefined : document.toJS();
  if (findings.length === 0 && !isMap(table)) {
    wrong([], 'MAP_EXPECTED', 'must be a map with "rules" (a file) and "cases" (a list of calls)');
  }
  const { rules, plans, cases } = isMap(table) ? table : {};
  if (isMap(table) && (!Array.isArray(cases) || cases.length === 0)) {
    wrong(['cases'], 'CASES_EXPECTED', 'must be a list of calls, each with what to expect');
  }
  let atMs = nowMs;
  const read = (Array.isArray(cases) ? cases : []).map((row: unknown, index) => {
    const one = readCase(isMap(row) ? row : {}, ['cases', index], atMs, wrong);
    atMs = one.atMs;
    return { ...one, line: lineOf(['cases', index]) };
  });
  if (findings.length > 0) throw new InvalidInputError('CASES_INVALID', file, findings);
  return { rules: textOf(rules), plans: textOf(plans), cases: read };
}

type Wrong = (path: readonly (string | number)[], code: string, message: string) => void;

function readCase(
  row: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  beforeMs: number,
  wrong: Wrong,
): Omit<QuotaCase, 'line'> {
  for (const field of Object.keys(row)) {
    if (!FIELDS.includes(field))
      wrong([...path, field], 'FIELD_UNKNOWN', `is no field of a case; known: ${FIELDS.join(', ')}`);
  }
  for (const field of ['provider', 'model']) {
    if (textOf(row[field]) === undefined)
      wrong([...path, field], 'TEXT_EXPECTED', `must be a text, such as ${field === 'model' ? 'gpt-4o' : 'openai'}`);
  }
  const atMs = row['at'] === undefined ? beforeMs : Date.parse(String(row['at']));
  if (!Number.isFinite(atMs))
    wrong([...path, 'at'], 'INSTANT_EXPECTED', 'must be an instant, such as 2026-11-24T08:00:00+01:00');
  const { tags, findings } = parseTags(row['tags'] ?? {}, 'tags');
  for (const finding of findings) wrong([...path, 'tags'], finding.code, finding.message);
  const expect = EXPECTED.find((known) => known === row['expect']);
  if (expect === undefined) wrong([...path, 'expect'], 'EXPECT_UNKNOWN', `must be one of ${EXPECTED.join(', ')}`);
  const rules = row['rules'];
  if (rules !== undefined && !(Array.isArray(rules) && rules.every((id) => typeof id === 'string'))) {
    wrong([...path, 'rules'], 'LIST_EXPECTED', 'must be a list of rule ids');
  }
  const [provider, model] = [textOf(row['provider']) ?? '', textOf(row['model']) ?? ''];
  return {
    name: textOf(row['name']) ?? `${provider}/${model}`,
    atMs,
    call: { provider, model, tags },
    used: { requests: countOf(row, 'requests', 1, path, wrong), ...amountsOf(row, path, wrong) },
    times: Math.min(countOf(row, 'times', 1, path, wrong), TIMES_MAX),
    expect: expect ?? 'allow',
    rules: rules as readonly string[] | undefined,
  };
}

function amountsOf(
  row: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  wrong: Wrong,
): ActualUse {
  const tokens = row['tokens'] === undefined ? undefined : countOf(row, 'tokens', 0, path, wrong);
  if (row['cost'] === undefined) return tokens === undefined ? {} : { tokens };
  try {
    return { ...(tokens === undefined ? {} : { tokens }), cost: parseMoney(String(row['cost'])) };
  } catch (error) {
    wrong([...path, 'cost'], 'MONEY_FORMAT', (error as Error).message);
    return {};
  }
}

function countOf(
  row: Readonly<Record<string, unknown>>,
  field: string,
  fallback: number,
  path: readonly (string | number)[],
  wrong: Wrong,
): number {
  const value = row[field];
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  wrong([...path, field], 'COUNT_EXPECTED', 'must be a whole number');
  return fallback;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
