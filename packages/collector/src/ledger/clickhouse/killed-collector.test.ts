import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { chatProtobuf } from '../../receivers/made-traces.contract.ts';
import { everything } from '../usage.contract.ts';
import { INSTALL_HINT, openTestServer } from './click-house-server.contract.ts';
import { openClickHouseLedger } from './open-click-house-ledger.ts';

/** An engine with threads of its own beside everything else. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const server = await openTestServer();
const MISSING = server === undefined;
const collectors: ChildProcess[] = [];
afterEach(() => {
  for (const child of collectors.splice(0)) child.kill('SIGKILL');
});
afterAll(() => server?.close());

const REQUESTS = 60;
const CALLS = 20;

test.skipIf(MISSING)(
  `one of two collectors killed in the middle: nothing is lost and nothing is doubled${MISSING ? ` (${INSTALL_HINT})` : ''}`,
  async () => {
    if (server === undefined) throw new Error(INSTALL_HINT);
    const store = server.place();
    const [first, second] = await Promise.all([startCollector(store), startCollector(store)]);
    let acknowledged = 0;
    // As exporters do behind a balancer: what is not acknowledged is sent again, to whoever is there.
    const deliver = async (body: Buffer, preferred: string): Promise<void> => {
      for (let url = preferred; !(await post(url, body)); url = url === first.url ? second.url : first.url);
      acknowledged += 1;
      if (acknowledged === REQUESTS / 3) first.child.kill('SIGKILL');
    };
    const bodies = Array.from({ length: REQUESTS }, () => chatProtobuf(CALLS));
    await Promise.all(
      Array.from({ length: 6 }, async (_, lane) => {
        for (let at = lane; at < REQUESTS; at += 6) {
          await deliver(bodies[at] as Buffer, at % 2 === 0 ? first.url : second.url);
        }
      }),
    );
    const ledger = await openClickHouseLedger({ url: store });
    const { total } = await everything(ledger, { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z' });
    await ledger.close();
    // 0.0035 USD a call.
    expect(total).toEqual({ calls: REQUESTS * CALLS, cost: '4.2' });
    // And what the survivor answers is the whole, not its own part.
    expect(await askTotal(second.url)).toMatchObject({ calls: REQUESTS * CALLS, cost: '4.2' });
  },
);

async function startCollector(store: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const script = join(import.meta.dirname, 'collector-process.contract.ts');
  const child = spawn(process.execPath, ['--conditions=@costspan/source', script, store], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  collectors.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), child };
}

/** Whether the collector has taken it. */
async function post(url: string, body: Buffer): Promise<boolean> {
  const headers = { 'content-type': 'application/x-protobuf' };
  try {
    return (await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(body) })).ok;
  } catch {
    return false;
  }
}

async function askTotal(url: string): Promise<unknown> {
  const question = { from: '2025-10-01T00:00:00Z', to: '2025-11-01T00:00:00Z', metrics: ['calls', 'cost'] };
  const response = await fetch(`${url}/api/v1/usage/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  return ((await response.json()) as { total: unknown }).total;
}
