import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from './catalogues.ts';
import { expectedAttributes } from './expected-attributes.ts';
import { RandomSpans } from './random-spans.ts';

const LINES_AT_ONCE = 2000;

/** Writes `<name>.spans.ndjson` beside each catalogue: random spans, and what the Costspan collector adds to them. */
export function writeDifferential(folder: string, list: readonly Catalogue[], spansEach: number, seed: number): void {
  for (const [number, catalogue] of list.entries()) {
    const spans = new RandomSpans(seed * list.length + number, catalogue);
    const file = join(folder, `${catalogue.name}.spans.ndjson`);
    writeFileSync(file, '');
    for (let left = spansEach; left > 0; left -= LINES_AT_ONCE) {
      const lines = Array.from({ length: Math.min(left, LINES_AT_ONCE) }, () => {
        const request = spans.request(1);
        const [expected] = expectedAttributes(request, catalogue.book);
        return `${JSON.stringify({ request, expected })}\n`;
      });
      appendFileSync(file, lines.join(''));
    }
  }
}

if (import.meta.main) {
  const { catalogues, compileInto } = await import('./catalogues.ts');
  const [folder = '', spansEach = '1000', seed = '1'] = process.argv.slice(2);
  const list = catalogues();
  compileInto(folder, list);
  writeDifferential(folder, list, Number(spansEach), Number(seed));
}
