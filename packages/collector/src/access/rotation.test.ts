import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { changeKeyFile } from './key-file.ts';
import { type KeyHttp, startKeyHttp } from './key-http.contract.ts';
import { withRevokedKey, withRotatedKey } from './key-list.ts';

const REQUESTS_A_SECOND = 500;
/** Beyond them a slow machine would only queue. */
const OPEN_MAX = 64;
const HOUR_MS = 3_600_000;

let http: KeyHttp;
afterEach(() => http.close());

const idOf = (token: string): string => token.split('_')[1] as string;

/** A process of its own that rotates a key, as the command does. */
async function rotateElsewhere(path: string, id: string): Promise<string> {
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    import { changeKeyFile } from ${module('./key-file.ts')};
    import { withRotatedKey } from ${module('./key-list.ts')};
    const [path, id] = process.argv.slice(1);
    console.log(changeKeyFile(path, (keys) => withRotatedKey(keys, id, ${HOUR_MS}, Date.now())).token);`;
  const args = ['--conditions=@costspan/source', '--input-type=module', '--eval', script, path, id];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  await once(child, 'close');
  return out.trim();
}

test('a key is rotated under 500 requests a second without one refusal, and the one before is refused soon after it is revoked', async () => {
  http = await startKeyHttp({ access: { requestsPerMinute: 0 } });
  const other = http.make({ role: 'ingest', name: 'of others' });
  let current = http.make({ role: 'ingest', name: 'sender' });
  const old = current;
  const statuses = new Map<number, number>();
  const open = new Set<Promise<unknown>>();
  const ask = (token: string): void => {
    const answered = http.send(token, [{ customer_id: 'acme' }]).then(async (answer) => {
      await answer.arrayBuffer();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    });
    open.add(answered);
    void answered.finally(() => open.delete(answered));
  };
  // As many as are due; on a busy machine they come in bursts.
  const begunMs = performance.now();
  let asked = 0;
  const load = setInterval(() => {
    const due = ((performance.now() - begunMs) / 1000) * REQUESTS_A_SECOND;
    for (; asked < due && open.size < OPEN_MAX; asked += 1) ask(asked % 2 === 0 ? current : other);
  }, 5);
  const rounds = 2;
  for (let round = 0; round < rounds; round += 1) {
    const before = asked;
    // Used the moment it is known, without waiting for the collector to have looked.
    current =
      round === 0
        ? await rotateElsewhere(http.keyFile, idOf(current))
        : (changeKeyFile(http.keyFile, (keys) => withRotatedKey(keys, idOf(current), HOUR_MS, Date.now()))
            .token as string);
    await vi.waitUntil(() => asked > before + REQUESTS_A_SECOND / 5, { timeout: 60_000 });
  }
  const mayStillUse = await http.send(old, [{ customer_id: 'acme' }]);
  expect(mayStillUse.status).toBe(200);
  const revokedMs = performance.now();
  changeKeyFile(http.keyFile, (keys) => withRevokedKey(keys, idOf(old), Date.now()));
  await vi.waitUntil(async () => (await http.send(old, [])).status === 401, { timeout: 60_000, interval: 20 });
  const refusedAfterMs = performance.now() - revokedMs;
  clearInterval(load);
  await Promise.all(open);
  expect([...statuses.keys()]).toEqual([200]);
  expect(statuses.get(200)).toBe(asked);
  process.stderr.write(
    `key rotation: ${asked} requests in ${Math.round(performance.now() - begunMs)} ms, ${rounds} rotations, 0 refused; revoked key refused after ${Math.round(refusedAfterMs)} ms\n`,
  );
  for (const token of [old, current, other]) {
    expect(readFileSync(http.keyFile, 'utf8')).not.toContain(token.split('_').slice(2).join('_'));
  }
}, 120_000);
