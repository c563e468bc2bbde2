import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogues, compileInto } from './catalogues.ts';
import { GO_ENV, PROCESSOR } from './go.ts';
import { writeDifferential } from './write-differential.ts';

// The Go processor against the Costspan collector, on as many random spans as there is time for:
//   node --conditions=@costspan/source test/otelcol/fuzz.bench.ts 1000000 1

const SPANS_AT_ONCE = 100_000;
const [total = '1000000', firstSeed = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'costspan-fuzz-'));
try {
  const list = catalogues();
  compileInto(folder, list);
  const binary = join(folder, 'processor.test');
  execFileSync('go', ['test', '-c', '-o', binary, '.'], { cwd: PROCESSOR, env: GO_ENV, stdio: 'inherit' });
  const rounds = Math.ceil(Number(total) / SPANS_AT_ONCE);
  for (let round = 0; round < rounds; round += 1) {
    writeDifferential(folder, list, SPANS_AT_ONCE / list.length, Number(firstSeed) + round);
    const said = execFileSync(binary, ['-test.v', '-test.run', 'TestRandomSpans'], {
      cwd: PROCESSOR,
      env: { ...GO_ENV, COSTSPAN_DIFFERENTIAL: folder },
      encoding: 'utf8',
    });
    process.stdout.write(`seed ${Number(firstSeed) + round}: ${/\d+ spans compared.*/.exec(said)?.[0] ?? said}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
