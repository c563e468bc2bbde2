import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { COSTSPAN, costspan, scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';

const CALLS = 800;
const KILLS = 3;
const START_MS = Date.UTC(2026, 9, 5);
const PERIOD = ['--from', '2026-10-05T00:00:00Z', '--to', '2026-10-06T00:00:00Z', '--part-calls', '10'];

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test.each(['csv', 'focus-ndjson'])(
  `a %s export that is killed with kill -9 ${KILLS} times goes on to the same bytes`,
  async (format) => {
    const data = await scratchDirectory();
    cleanups.push(data.remove);
    const collector = await startCostspan(['up', '--data', data.path]);
    cleanups.push(() => collector.stop());
    const spans = Array.from({ length: CALLS }, (_, n) => chatSpan(`c${n % 7}`, { startMs: START_MS + n * 1000 }));
    expect((await sendOtlp(collector.url, otlpRequest(spans))).status).toBe(200);
    const out = join(data.path, `export.${format}`);
    const args = (path: string) => ['export', '--url', collector.url, '--format', format, ...PERIOD, '--out', path];

    let callsBefore = -1;
    let kills = 0;
    for (let isWhole = false; kills < KILLS && !isWhole; ) {
      const child = spawn(process.execPath, [...COSTSPAN, ...args(out), '--resume'], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      // As soon as it is further than the one before.
      while (child.exitCode === null && callsOf(`${out}.resume.json`) <= callsBefore) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      child.kill('SIGKILL');
      // A machine that held this process up may have let the export end.
      isWhole = (await ended)[0] === 0;
      kills += isWhole ? 0 : 1;
      callsBefore = callsOf(`${out}.resume.json`);
    }
    expect(kills).toBeGreaterThan(0);
    if (kills === KILLS) expect(await costspan([...args(out), '--resume'])).toMatchObject({ code: 0 });
    const whole = join(data.path, 'whole');
    expect(await costspan(args(whole))).toMatchObject({ code: 0 });
    expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
    const manifest = JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8')) as Record<string, unknown>;
    expect([manifest['calls'], manifest['cost_usd']]).toEqual([CALLS, '0.216']);
  },
);

/** What the state of an export counts; -1 before there is one. */
function callsOf(path: string): number {
  if (!existsSync(path)) return -1;
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly calls: number }).calls;
  } catch {
    return -1;
  }
}
