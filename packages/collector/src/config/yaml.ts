import type { Finding } from '@costspan/usage';
import { isNode, LineCounter, parseDocument } from 'yaml';

export interface YamlFile {
  readonly value: unknown;
  /** The mistakes of the text itself. */
  readonly findings: readonly Finding[];
  /** The line (from 1) at which the value at `path` begins; that of the nearest parent when it is absent. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** The only file that knows the YAML library. YAML 1.2: `yes` is a text, and aliases cannot grow without bound. */
export function readYaml(text: string): YamlFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const findings = document.errors.map(({ message, pos, code }) => ({
    at: `line ${lineCounter.linePos(pos[0]).line}`,
    code: `YAML_${code}`,
    message,
  }));
  return {
    value: findings.length === 0 ? document.toJS() : undefined,
    findings,
    lineOf: (path) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
}
