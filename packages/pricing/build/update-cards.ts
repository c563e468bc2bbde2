import { readFileSync, writeFileSync } from 'node:fs';
import { changeLines, diffCards } from '../src/diff-cards.ts';
import { parseCardFile } from '../src/parse-card-file.ts';
import { rateJumps } from '../src/rate-jumps.ts';
import { CATALOGUE_FILE, compileBase, REPORT_FILE } from './compile-base.ts';

// Compiles the base again and shows every price that moves. With --check nothing is written, and a difference is a failure. A price
// that moves by more than ten times is refused unless --force says that it is meant.

const isCheck = process.argv.includes('--check');
const before = readFileSync(CATALOGUE_FILE, 'utf8');
const { catalogue, report } = await compileBase();
const [old, now] = [before, catalogue].map((text) => parseCardFile(JSON.parse(text), CATALOGUE_FILE.pathname));
const changes = old === undefined || now === undefined ? [] : diffCards([old], [now]);
for (const line of changes.flatMap(changeLines)) process.stdout.write(`${line}\n`);
const jumps = old === undefined || now === undefined || process.argv.includes('--force') ? [] : rateJumps([old], [now]);
for (const { message } of jumps) process.stderr.write(`${message}\n`);
if (jumps.length > 0) process.exitCode = 1;
if (!isCheck && jumps.length === 0) {
  writeFileSync(CATALOGUE_FILE, catalogue);
  writeFileSync(REPORT_FILE, report);
}
const version = now?.version ?? '';
process.stdout.write(
  `${changes.length} cards changed; ${catalogue.split('\n').length} lines, ${catalogue.length} bytes, ${version}\n`,
);
if (isCheck && before !== catalogue) process.exitCode = 1;
