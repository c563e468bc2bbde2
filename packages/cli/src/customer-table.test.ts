import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchCustomers } from './customer-table.ts';
import type { Terminal } from './terminal.ts';
import type { UsageApi } from './usage-api.ts';

const ESCAPE = '\u001b';
const UP_AND_CLEAR = new RegExp(`${ESCAPE}\\[(\\d+)A${ESCAPE}\\[J`, 'g');

let calls: number;
const api: UsageApi = {
  fetch: () => Promise.reject(new Error('nobody takes calls out here')),
  ask: async () => ({
    rows: calls === 0 ? [] : [{ customer_id: 'acme', calls, cost: '0.1' }],
    total: { calls, cost: '0.1' },
    unpriced_calls: 0,
    complete_to: '2026-11-23T12:00:00Z',
  }),
  close: async () => {},
};

function terminalFor(isInteractive: boolean): Terminal & { written(): string } {
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    ...{ stdin: Readable.from([]), stdout, stderr: new PassThrough(), env: {}, isInteractive },
    now: Date.now,
    interrupted: () => new Promise(() => undefined),
    written: () => text,
  };
}

beforeEach(() => {
  calls = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('nothing is shown before the first call', async () => {
  const terminal = terminalFor(true);
  const table = watchCustomers(api, terminal);
  await vi.advanceTimersByTimeAsync(10_000);
  await table.finish();
  expect(terminal.written()).toBe('');
});

test('a person sees the table redrawn in place, and the last one below what was said since', async () => {
  const terminal = terminalFor(true);
  const table = watchCustomers(api, terminal);
  for (calls = 1; calls < 4; calls += 1) await vi.advanceTimersByTimeAsync(2_000);
  expect([...terminal.written().matchAll(UP_AND_CLEAR)].map((match) => match[1])).toEqual(['4', '4']);
  await table.finish();
  expect(terminal.written().match(UP_AND_CLEAR)).toHaveLength(2);
  expect(terminal.written().trimEnd().split('\n').at(-1)).toMatch(/^total +4 /);
});

test('a log gets the first table early, then one in half a minute, and the last', async () => {
  const terminal = terminalFor(false);
  const table = watchCustomers(api, terminal);
  for (calls = 1; calls <= 20; calls += 1) await vi.advanceTimersByTimeAsync(2_000);
  expect(terminal.written().match(/customer_id/g)).toHaveLength(2);
  await table.finish();
  expect(terminal.written().match(/customer_id/g)).toHaveLength(3);
  expect(terminal.written()).not.toMatch(UP_AND_CLEAR);
});
