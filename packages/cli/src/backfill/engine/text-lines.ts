import { RECORD_CHARS_MAX } from './json-values.ts';

export interface TextLine {
  readonly line: number;
  /** `undefined` when the line is longer than is read. */
  readonly text: string | undefined;
}

/** The lines of a text, each no longer than a record may be. */
export async function* textLines(chunks: AsyncIterable<string>, charsMax = RECORD_CHARS_MAX): AsyncGenerator<TextLine> {
  let line = 1;
  let rest = '';
  let isTooLong = false;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const text = rest + chunk.slice(from, end);
      yield { line, text: isTooLong || text.length > charsMax ? undefined : text };
      line += 1;
      from = end + 1;
      rest = '';
      isTooLong = false;
    }
    rest += chunk.slice(from);
    if (rest.length <= charsMax) continue;
    isTooLong = true;
    rest = '';
  }
  if (rest !== '' || isTooLong) yield { line, text: isTooLong ? undefined : rest };
}
