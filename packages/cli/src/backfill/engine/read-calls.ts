import { CostspanError, type Finding, isObject } from '@costspan/usage';
import type { BackfillCall, BackfillFormat, ReadContext, ReadRow } from '../backfill-format.ts';
import { BACKFILL_FORMATS } from '../index.ts';
import { Occurrences } from './occurrences.ts';
import { readRecords } from './read-records.ts';

export interface ReadOptions {
  /** Without it, the first record decides. */
  readonly format?: BackfillFormat;
  readonly nowMs: number;
  /** Microseconds; rows that start before or from here on are left out. */
  readonly sinceUs?: number;
  readonly untilUs?: number;
}

/** A row of a file and what became of it, in the order of the file. */
export interface FileRow {
  readonly format: BackfillFormat;
  /** `file:line`, with the place inside the record. */
  readonly place: string;
  readonly call?: BackfillCall;
  readonly leftOut?: string;
  readonly findings: readonly Finding[];
  /** What the user should know about the file. */
  readonly note?: string;
}

const OUTSIDE = 'starts outside of --since and --until';

/**
 * The rows of a file.
 * @throws CostspanError `FORMAT_UNKNOWN` when no format recognises the first record, `FILE_UNREADABLE` when it cannot be read.
 */
export async function* readCalls(path: string, options: ReadOptions): AsyncGenerator<FileRow> {
  let { format } = options;
  const context: ReadContext = { nowMs: options.nowMs, occurrences: new Occurrences() };
  for await (const record of readRecords(path)) {
    const place = `${path}:${record.line}`;
    if (record.kind === 'more') {
      const note = `${place}: the page says that there are more pages; give them too`;
      yield { format: format ?? unrecognised(path), place, findings: [], note };
      continue;
    }
    if (record.kind === 'record') {
      format ??= BACKFILL_FORMATS.find((each) => each.recognises(record.value)) ?? unrecognised(path);
      for (const row of rowsOf(format, record.value, context)) {
        const at = row.at === '' ? place : `${place} ${row.at}`;
        yield { ...row, format, place: at, ...outside(row, options) };
      }
      continue;
    }
    format ??= unrecognised(`${place}: ${record.message};`);
    yield { format, place, findings: [{ at: '', code: 'RECORD_INVALID', message: record.message }] };
  }
}

function rowsOf(format: BackfillFormat, record: unknown, context: ReadContext): readonly ReadRow[] {
  if (isObject(record) && format.recognises(record)) return format.read(record, context);
  return [{ at: '', findings: [{ at: '', code: 'FORMAT', message: `is not a record of ${format.title}` }] }];
}

/** A row outside of the time that is asked for is left out, whatever is wrong with it. */
function outside(
  { call }: ReadRow,
  { sinceUs = 0, untilUs = Number.POSITIVE_INFINITY }: ReadOptions,
): Partial<FileRow> {
  if (call === undefined || (call.startedAtUs >= sinceUs && call.startedAtUs < untilUs)) return {};
  return { leftOut: OUTSIDE, findings: [] };
}

function unrecognised(what: string): never {
  const names = BACKFILL_FORMATS.map((format) => `  ${format.name.padEnd(10)} ${format.title}`).join('\n');
  throw new CostspanError(
    'FORMAT_UNKNOWN',
    `${what} begins like none of the formats; say which with --from:\n${names}`,
  );
}
