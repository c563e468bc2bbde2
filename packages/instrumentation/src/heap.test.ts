import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const APP = fileURLToPath(new URL('./testing/apps/abandoned-streams.ts', import.meta.url));
/** `bench/heap.bench.ts` makes 100,000, with the same limit. */
const CALLS = 20_000;
const GROWTH_BYTES_MAX = 5_000_000;

test('calls, one in ten of them abandoned, leave nothing behind', { timeout: 1_200_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@costspan/source', APP, String(CALLS)]);
  const { ok, abandoned, ended, calls, open, growthBytes } = JSON.parse(stdout) as Record<string, number>;
  expect({ ok, abandoned, ended, open }).toEqual({ ok: calls! * 0.9, abandoned: calls! * 0.1, ended: calls, open: 0 });
  expect(growthBytes).toBeLessThan(GROWTH_BYTES_MAX);
});
