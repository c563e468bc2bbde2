/**
 * The line, from 1, on which each value of a JSON text stands, by its path as findings name it: `cards[3].prices[0].rates`, `$`
 * for the whole. A mistake about something that is not there stands where its owner begins: ask {@link lineOf}.
 * The text must be JSON; of any other, what comes before the mistake is found.
 */
export function jsonLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const open: Frame[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    const top = open.at(-1);
    if (token === '\n') line += 1;
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (top !== undefined) {
        top.index += 1;
        top.key = undefined;
      }
    } else if (top?.kind === 'object' && top.key === undefined) {
      top.key = token;
      lines.set(pathOf(top), line);
    } else if (token !== ':') {
      const path = top === undefined ? ROOT : pathOf(top);
      if (!lines.has(path)) lines.set(path, line);
      if (token === '{') open.push({ kind: 'object', path, index: 0, key: undefined });
      if (token === '[') open.push({ kind: 'array', path, index: 0, key: undefined });
    }
  }
  return lines;
}

/** The line of a path, or of the nearest thing around it that is there. */
export function lineOf(lines: ReadonlyMap<string, number>, at: string): number | undefined {
  for (let path = at; path !== ''; path = path.replace(/(?:^|[.[])[^.[]*$/, '')) {
    const line = lines.get(path) ?? lines.get(path.replace(/^\$\./, ''));
    if (line !== undefined) return line;
  }
  return lines.get(ROOT);
}

const ROOT = '$';
const TOKEN = /\n|[{}[\],:]|"(?:[^"\\\n]|\\.)*"|[^\s{}[\],:"]+/g;

interface Frame {
  readonly kind: 'object' | 'array';
  readonly path: string;
  /** Of the value that comes next. */
  index: number;
  /** Of the value that comes next, in quotes; `undefined` before it was read. */
  key: string | undefined;
}

function pathOf({ kind, path, index, key = '""' }: Frame): string {
  if (kind === 'array') return path === ROOT ? `[${index}]` : `${path}[${index}]`;
  const name = textOf(key);
  return path === ROOT ? name : `${path}.${name}`;
}

function textOf(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}
