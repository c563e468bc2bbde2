import { attoFromInteger, CostspanError, formatMoney, parseMoney } from '@costspan/usage';
import type { UsageApi } from '../usage-api.ts';
import { type ExportedFile, type ExportState, writeState } from './export-state.ts';
import type { ExportTarget } from './export-target.ts';

export interface ExportRun {
  readonly api: UsageApi;
  /** Parameters of `GET /usage/export`, without `cursor`. */
  readonly parameters: URLSearchParams;
  readonly target: ExportTarget;
  /** Where the state is kept; absent where an export cannot be resumed. */
  readonly statePath?: string;
  readonly from?: ExportState | undefined;
  /** Told after every part. */
  readonly onPart: (state: ExportState) => void;
  /** True when no further part is to be begun. */
  readonly isStopped: () => boolean;
}

export interface ExportOutcome {
  readonly state: ExportState;
  readonly files: readonly ExportedFile[];
  readonly isComplete: boolean;
}

/**
 * Takes an export part by part. A state is written when its part is on the disk, so that a killed export goes on where it was: without a
 * gap, since a part is fetched again unless a state counts it, and without a repeat, since what no state counts is cut off. The
 * first one counts nothing and comes before the first byte; a question that is refused leaves nothing behind.
 */
export async function runExport(run: ExportRun): Promise<ExportOutcome> {
  const question = questionOf(run.parameters);
  let state: ExportState = run.from ?? {
    ...{ question, asOf: '', cursor: '', calls: 0, rows: 0, unpricedCalls: 0, costAtto: '0', bytes: 0, files: [] },
  };
  while (state.cursor !== null && !run.isStopped()) {
    state = await takePart(run, state);
    if (run.statePath !== undefined) await writeState(run.statePath, state);
    run.onPart(state);
  }
  const files = state.cursor === null ? await run.target.finish(state.rows) : [];
  return { state, files, isComplete: state.cursor === null };
}

/** What decides which rows there are: an export is gone on with only by the same question. */
export function questionOf(parameters: URLSearchParams): string {
  const own = new URLSearchParams(parameters);
  own.sort();
  return own.toString();
}

async function takePart(run: ExportRun, state: ExportState): Promise<ExportState> {
  const parameters = new URLSearchParams(run.parameters);
  if (state.cursor !== '') parameters.set('cursor', state.cursor as string);
  const response = await run.api.fetch(`/usage/export?${parameters}`);
  const { headers, body } = response;
  if (state.cursor === '' && run.statePath !== undefined) await writeState(run.statePath, state);
  const number = (name: string) => Number(headers.get(`costspan-${name}`));
  const rows = number('rows');
  const written = await run.target.write(body ?? emptyBody(), rows);
  const cost = headers.get('costspan-cost-usd');
  if (cost === null) {
    throw new CostspanError(
      'EXPORT_ANSWER',
      'the collector did not say what is in a part; is a proxy in between that drops headers?',
    );
  }
  return {
    ...state,
    asOf: headers.get('costspan-as-of') ?? state.asOf,
    cursor: headers.get('costspan-next-cursor'),
    calls: state.calls + number('calls'),
    rows: state.rows + rows,
    unpricedCalls: state.unpricedCalls + number('unpriced-calls'),
    costAtto: String(BigInt(state.costAtto) + parseMoney(cost)),
    ...written,
  };
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new Blob([]).stream();
}

/** What is left beside the files: what they hold, and how to know that they are whole. */
export function manifestOf(parameters: URLSearchParams, { state, files }: ExportOutcome): object {
  return {
    costspan_export: 1,
    ...Object.fromEntries([...parameters].filter(([name]) => name !== 'limit')),
    as_of: state.asOf,
    calls: state.calls,
    rows: state.rows,
    unpriced_calls: state.unpricedCalls,
    cost_usd: formatMoney(attoFromInteger(BigInt(state.costAtto))),
    files,
  };
}
