import type { SqlCell } from '../sql/dialect.ts';

/** Reads `TabSeparatedWithNamesAndTypes`: whole numbers and decimals as integers (unscaled), flags as booleans. */
export function readTable(text: string): SqlCell[][] {
  const lines = text.split('\n');
  // Without a result there is no header; the last line is empty.
  if (lines.length < 3) return [];
  const readers = (lines[1] as string).split('\t').map((type) => cellReader(unescaped(type)));
  const rows: SqlCell[][] = [];
  for (let index = 2; index < lines.length - 1; index += 1) {
    const cells = (lines[index] as string).split('\t');
    rows.push(cells.map((cell, column) => (cell === '\\N' ? null : (readers[column] as CellReader)(cell))));
  }
  return rows;
}

type CellReader = (text: string) => SqlCell;

function cellReader(type: string): CellReader {
  const plain = type.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1');
  if (/^U?Int\d+$/.test(plain)) return BigInt;
  if (/^Float\d+$/.test(plain)) return Number;
  if (plain === 'Bool') return (text) => text === 'true';
  const scale = /^Decimal\(\d+, (\d+)\)$/.exec(plain)?.[1];
  return scale === undefined ? unescaped : (text) => unscaled(text, Number(scale));
}

function unscaled(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\x07',
  v: '\x0b',
  e: '\x1b',
};

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter) : text;
}
