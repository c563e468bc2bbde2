import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Catalogue, catalogues, compileInto } from './catalogues.ts';
import { GO_ENV, GO_HINT, goVersion, isGoRequired, missingModules, PROCESSOR } from './go.ts';
import { writeDifferential } from './write-differential.ts';

const run = promisify(execFile);
const GO = goVersion();
const MISSING = GO === undefined ? GO_HINT : missingModules();
/** A new machine downloads the modules and compiles everything first. */
const TIMEOUT_MS = 900_000;
const RANDOM_SPANS_EACH = 1500;

test.runIf(isGoRequired())('Go is installed', () => expect(GO, GO_HINT).toBeDefined());

describe.skipIf(MISSING !== undefined)(`the cost processor of the stock collector (${MISSING ?? GO})`, () => {
  let folder: string;
  let list: readonly Catalogue[];
  let said: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'costspan-otelcol-'));
    list = catalogues();
    compileInto(folder, list);
    writeDifferential(folder, list, RANDOM_SPANS_EACH, 1);
    // The exit code alone says too little: what failed is in the output.
    said = await run('go', ['test', '-v', './...'], {
      cwd: PROCESSOR,
      env: { ...GO_ENV, COSTSPAN_COMPILED_CARDS: folder, COSTSPAN_DIFFERENTIAL: folder },
      maxBuffer: 64 << 20,
    }).then(
      ({ stdout }) => stdout,
      (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ''}${error.stderr ?? String(error)}`,
    );
  }, TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('its own tests pass', () => {
    expect(said.split('\n').filter((line) => /^\s*--- FAIL|^FAIL|panic:|: \[?build failed/.test(line))).toEqual([]);
    expect(said).toContain('ok  \tgithub.com/costspan/costspan/packages/otelcol/costprocessor');
  });

  test('every conformance vector is answered digit by digit', () => {
    expect(said).toContain('--- PASS: TestEveryConformanceVectorIsAnsweredDigitByDigit');
    expect(Number(/(\d+) vectors\n/.exec(said)?.[1])).toBeGreaterThan(600);
  });

  test('random spans get the same attributes as from the Costspan collector', () => {
    expect(said).toContain('--- PASS: TestRandomSpansAreCostedAsByTheCostspanCollector');
    expect(said).toContain(`${RANDOM_SPANS_EACH * list.length} spans compared`);
  });

  test(
    'it is formatted, and the toolchain finds nothing',
    async () => {
      const { stdout } = await run('gofmt', ['-l', '.'], { cwd: PROCESSOR, env: GO_ENV });
      expect(stdout).toBe('');
      await run('go', ['vet', './...'], { cwd: PROCESSOR, env: GO_ENV });
    },
    TIMEOUT_MS,
  );
});
