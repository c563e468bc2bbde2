import { CsvError, parse } from 'csv-parse';
import { RECORD_CHARS_MAX } from './json-values.ts';
import type { FileRecord } from './read-records.ts';

const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The rows of a CSV text as objects of texts, by the names of its first line. Commas, semicolons or tabs: whichever the first
 * line has most of. A row with more or fewer cells than columns is answered as invalid; a broken quote ends the file.
 */
export async function* csvRows(chunks: AsyncIterable<string>, head: string): AsyncGenerator<FileRecord> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_CHARS_MAX,
  });
  const fed = feed(chunks, parser);
  let columns: readonly string[] | undefined;
  let nextLine = 1;
  try {
    for await (const row of parser) {
      const { record, info } = row as { readonly record: readonly string[]; readonly info: { readonly lines: number } };
      // A row may span lines; it is told by its first.
      const line = nextLine;
      nextLine = info.lines + 1;
      if (columns === undefined) columns = record.map((name) => name.trim());
      else if (record.length === columns.length) yield { kind: 'record', line, value: byName(columns, record) };
      else
        yield { kind: 'invalid', line, message: `has ${record.length} cells, the first line names ${columns.length}` };
    }
    await fed;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield { kind: 'invalid', line: nextLine, message: `${error.message}: the rest of the file cannot be read` };
  }
}

async function feed(chunks: AsyncIterable<string>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (parser.destroyed) return;
      if (!parser.write(chunk)) await drained(parser);
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function drained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      parser.off('drain', go).off('close', go);
      resolve();
    };
    parser.on('drain', go).on('close', go);
  });
}

function byName(columns: readonly string[], cells: readonly string[]): Record<string, string> {
  const row: Record<string, string> = {};
  for (const [index, name] of columns.entries()) if (name !== '__proto__') row[name] = cells[index] as string;
  return row;
}

function delimiterOf(head: string): string {
  const line = head.split('\n', 1)[0] ?? '';
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}
