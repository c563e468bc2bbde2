import { CostspanError } from '@costspan/usage';
import type { BackfillCall } from '../backfill-format.ts';
import { BackfillSummary } from './backfill-summary.ts';
import { type OtlpSpan, otlpSpan } from './otlp-span.ts';
import { type FileRow, type ReadOptions, readCalls } from './read-calls.ts';
import { RowTags, type TagOptions } from './row-tags.ts';
import { type SendTarget, sendSpans } from './send-spans.ts';

export interface BackfillPlan extends ReadOptions {
  readonly files: readonly string[];
  readonly tags: TagOptions;
  /** Send what the source worked out as if the provider had stated it. */
  readonly keepCost: boolean;
  /** Rows of the files, in order, that need not be sent again. */
  readonly skipRows: number;
}

export interface Sent {
  /** Rows of the files, in order, that the collector has; with `skipRows`, where to go on. */
  readonly rows: number;
  readonly calls: number;
  readonly rejected: number;
  /** What the collector said about what it took, each once. */
  readonly said: ReadonlySet<string>;
  /** Why it ended before the end. */
  readonly stopped?: CostspanError | 'interrupted';
}

/** Told while files are read. */
export type Progress = (rows: number, place: string) => void;

/** About a megabyte. */
export const BATCH_SPANS = 1_000;
/** Requests under way at once: enough to share the collector's commits. */
const BATCHES_MAX = 4;
const SAID_MAX = 5;

/** Reads every file to its end and says what is in it. Nothing is sent. Ends early when `signal` says so. */
export async function checkFiles(
  plan: BackfillPlan,
  signal: AbortSignal,
  progress: Progress,
): Promise<BackfillSummary> {
  const summary = new BackfillSummary();
  for await (const row of prepared(plan)) {
    if (signal.aborted) break;
    if (row.note !== undefined) summary.notes.add(row.note);
    if (!row.isRow) continue;
    summary.rows += 1;
    progress(summary.rows, row.place);
    for (const { at, code, message } of row.findings) {
      summary.addMistake(`${row.place}${at === '' ? '' : ` ${at}`}: ${message} [${code}]`);
    }
    if (row.leftOut !== undefined) summary.leaveOut(row.leftOut);
    else if (row.call !== undefined) summary.addCall(row.call);
    else summary.brokenRows += 1;
  }
  return summary;
}

/**
 * Sends every call of the files in batches, a few at a time, while the next is read. Rows with mistakes are sent without what
 * is mistaken, or not at all where nothing is left. What was taken before an end stays taken.
 */
export async function sendFiles(
  plan: BackfillPlan,
  target: SendTarget,
  signal: AbortSignal,
  progress: Progress,
): Promise<Sent> {
  const said = new Set<string>();
  const sent = { rows: plan.skipRows, calls: 0, rejected: 0 };
  const underWay: { readonly upToRow: number; readonly place: string; readonly done: Promise<void> }[] = [];
  let row = 0;
  let place = '';
  let spans: OtlpSpan[] = [];

  const begin = (batch: readonly OtlpSpan[]): void => {
    const done = sendSpans(target, batch, signal).then(({ rejectedSpans, message }) => {
      sent.calls += batch.length - rejectedSpans;
      sent.rejected += rejectedSpans;
      if (message !== undefined && said.size < SAID_MAX) said.add(message);
    });
    // A failure is met when its turn comes; until then it is not an unhandled one.
    done.catch(() => undefined);
    underWay.push({ upToRow: row, place, done });
  };
  /** Only what has nothing unsent before it counts as done. */
  const finish = async (batchesMax: number): Promise<void> => {
    while (underWay.length > batchesMax) {
      const [oldest] = underWay as [(typeof underWay)[number]];
      await oldest.done;
      underWay.shift();
      sent.rows = Math.max(sent.rows, oldest.upToRow);
      progress(sent.rows, oldest.place);
    }
  };

  try {
    for await (const { isRow, leftOut, call, span, place: at } of prepared(plan)) {
      if (!isRow) continue;
      if (signal.aborted) {
        await finish(0);
        return { ...sent, said, stopped: 'interrupted' };
      }
      row += 1;
      place = at;
      if (row > plan.skipRows && leftOut === undefined && call !== undefined) spans.push(span());
      if (spans.length < BATCH_SPANS) continue;
      begin(spans);
      spans = [];
      await finish(BATCHES_MAX - 1);
    }
    if (spans.length > 0) begin(spans);
    await finish(0);
    sent.rows = Math.max(sent.rows, row);
    return { ...sent, said };
  } catch (error) {
    await Promise.allSettled(underWay.map(({ done }) => done));
    if (!(error instanceof CostspanError)) throw error;
    return { ...sent, said, stopped: error };
  }
}

interface PreparedRow extends FileRow {
  readonly isRow: boolean;
  /** Only for a row with a call. */
  readonly span: () => OtlpSpan;
}

/** Rows with their tags. */
async function* prepared(plan: BackfillPlan): AsyncGenerator<PreparedRow> {
  const rowTags = new Map<string, RowTags>();
  for (const path of plan.files) {
    for await (const row of readCalls(path, plan)) {
      const { format, call } = row;
      if (row.note !== undefined || call === undefined || row.leftOut !== undefined) {
        yield { ...row, isRow: row.note === undefined, span: noSpan };
        continue;
      }
      let tagger = rowTags.get(format.name);
      if (tagger === undefined) {
        tagger = new RowTags(format, plan.tags);
        rowTags.set(format.name, tagger);
      }
      const { tags, findings } = tagger.of(call);
      const span = () => otlpSpan(format.name, call, tags, costOf(call, plan.keepCost));
      yield {
        ...row,
        isRow: true,
        findings: findings.length === 0 ? row.findings : [...row.findings, ...findings],
        span,
      };
    }
  }
}

function costOf(call: BackfillCall, keepCost: boolean) {
  return call.reportedCost ?? (keepCost ? call.sourceCost : undefined);
}

function noSpan(): never {
  throw new TypeError('a row without a call has no span');
}
