import { readFileSync, writeFileSync } from 'node:fs';
import { changeLines, diffCards } from '../src/diff-cards.ts';
import { parseCardFile } from '../src/parse-card-file.ts';
import { CATALOGUE_FILE, compileBase, REPORT_FILE } from './compile-base.ts';

// Compiles the base again and shows every price that moves. With --check nothing is written, and a difference is a failure.

const isCheck = process.argv.includes('--check');
const before = readFileSync(CATALOGUE_FILE, 'utf8');
const { catalogue, report } = await compileBase();
const [old, now] = [before, catalogue].map((text) => parseCardFile(JSON.parse(text), CATALOGUE_FILE.pathname));
const changes = old === undefined || now === undefined ? [] : diffCards([old], [now]);
for (const line of changes.flatMap(changeLines)) process.stdout.write(`${line}\n`);
if (!isCheck) {
  writeFileSync(CATALOGUE_FILE, catalogue);
  writeFileSync(REPORT_FILE, report);
}
const version = now?.version ?? '';
process.stdout.write(
  `${changes.length} cards changed; ${catalogue.split('\n').length} lines, ${catalogue.length} bytes, ${version}\n`,
);
if (isCheck && before !== catalogue) process.exitCode = 1;
