import { afterEach, expect, test } from 'vitest';
import { costspan, type Running, scratchDirectory, startCostspan } from './costspan-process.ts';
import { allCalls, queryUsage } from './usage-api.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDemo(data: string, ...args: string[]): Promise<Running> {
  const running = await startCostspan(['demo', '--data', data, ...args]);
  cleanups.push(() => running.stop('SIGKILL'));
  return running;
}

async function waitForCalls(url: string, calls: number): Promise<void> {
  for (;;) {
    const { total } = await queryUsage(url, { metrics: ['calls'] });
    if (Number(total['calls']) >= calls) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('the demo records real SDK calls, prices them per customer, and Ctrl-C leaves a ledger with the same totals', async () => {
  const data = await scratchDirectory();
  cleanups.push(data.remove);
  const demo = await startDemo(data.path, '--rate', '20');
  await waitForCalls(demo.url, 60);

  const calls = await allCalls(demo.url);
  expect(new Set(calls.map((call) => call.provider))).toEqual(new Set(['openai', 'anthropic']));
  expect(calls.every((call) => call.tags['customer_id'] !== undefined && call.tags['feature_name'] !== undefined)).toBe(
    true,
  );
  const ended = calls.filter((call) => call.outcome === 'ok');
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.filter((call) => call.cost === null).map((call) => `${call.model} ${call.cost_status}`)).toEqual([]);

  const stopped = await demo.stop('SIGINT');
  expect(stopped.code).toBe(0);
  expect(stopped.stdout).toMatch(/customer_id +calls +cost_usd/);
  expect(stopped.stdout).toMatch(/total/);

  const question = { metrics: ['calls', 'cost', 'input_tokens', 'output_tokens'], groupBy: ['customer_id'] };
  const printed = await costspan([
    'query',
    '--data',
    data.path,
    '--json',
    '--from',
    '2000-01-01',
    '--to',
    '2100-01-01',
    '--metric',
    ...question.metrics,
  ]);
  expect(printed).toMatchObject({ code: 0 });
  const again = await startCostspan(['up', '--data', data.path]);
  cleanups.push(() => again.stop('SIGKILL'));
  const reopened = await queryUsage(again.url, question);
  expect(JSON.parse(printed.stdout)).toMatchObject({ rows: reopened.rows, total: reopened.total });
  const last = stopped.stdout
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('total')) as string;
  expect(last.split(/ +/).slice(1, 3)).toEqual([
    Number(reopened.total['calls']).toLocaleString('en-US'),
    reopened.total['cost'],
  ]);
  expect((await again.stop('SIGTERM')).code).toBe(0);
}, 120_000);
