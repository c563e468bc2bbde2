import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseAllDocuments, stringify } from 'yaml';
import type { Path, Place, RuleFinding } from './finding.ts';

export interface YamlDocument {
  readonly value: unknown;
  /** Where the value at `path` begins, or its key; of the nearest parent when it is absent. */
  placeOf(path: Path, of: 'key' | 'value'): Place;
}

export interface YamlText {
  readonly documents: readonly YamlDocument[];
  /** The mistakes of the text itself. */
  readonly findings: readonly RuleFinding[];
}

/** Longest text that is read: 10,000 rules take about 4 MB. */
const TEXT_LENGTH_MAX = 16 * 1024 * 1024;

/** The only file that knows the YAML library. YAML 1.2: `yes` is a text, and aliases cannot grow without bound. */
export function readYaml(text: string): YamlText {
  if (text.length > TEXT_LENGTH_MAX) {
    return { documents: [], findings: [tooLong(text.length)] };
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  const findings = documents.flatMap((document) =>
    document.errors.map(({ message, pos, code }) => {
      const { line, col: column } = lines.linePos(pos[0]);
      return { at: `line ${line}, column ${column}`, code: `YAML_${code}`, message, line, column };
    }),
  );
  if (findings.length > 0) return { documents: [], findings };
  return {
    documents: documents.map((document) => ({
      value: document.toJS(),
      placeOf: (path, of) => {
        const { line, col } = lines.linePos(Math.max(offsetOf(document, path, of), 0));
        return { line, column: col };
      },
    })),
    findings,
  };
}

/** A value as YAML text. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function offsetOf(document: Document, path: Path, of: 'key' | 'value'): number {
  if (of === 'key' && path.length > 0) {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const start = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    if (start !== undefined) return start;
  }
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const start = isNode(node) ? (node as Node).range?.[0] : undefined;
    if (start !== undefined) return start;
  }
  return document.range?.[0] ?? 0;
}

function tooLong(length: number): RuleFinding {
  return {
    at: 'file',
    code: 'TEXT_LENGTH',
    message: `has ${length} characters; at most ${TEXT_LENGTH_MAX} are read, so split the file`,
    line: 1,
    column: 1,
  };
}
