import { expect, test } from 'vitest';
import { madeCall } from './ledger/made-call.contract.ts';
import { UnpricedCalls } from './unpriced-calls.ts';

const NAME = 'costspan_unpriced_calls_total';

function unpriced(n: number, model: string) {
  const made = madeCall({ n, cost: undefined });
  return { ...made, call: { ...made.call, responseModel: model } };
}

/** Series by their labels. */
function series(calls: UnpricedCalls): Record<string, number> {
  const lines = calls
    .toPrometheus()
    .split('\n')
    .filter((line) => line.startsWith(`${NAME}{`));
  return Object.fromEntries(
    lines.map((line) => [line.slice(NAME.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('calls without a cost are counted by provider, model and reason; priced ones are not', () => {
  const calls = new UnpricedCalls();
  for (const call of [unpriced(1, 'nobody-1'), unpriced(2, 'nobody-1'), unpriced(3, 'nobody-2'), madeCall({ n: 4 })])
    calls.add(call);
  expect(series(calls)).toEqual({
    '{provider="openai",model="nobody-1",reason="model_unknown"}': 2,
    '{provider="openai",model="nobody-2",reason="model_unknown"}': 1,
  });
});

test('made-up names fold into (other) beyond the bound, and none is lost', () => {
  const calls = new UnpricedCalls();
  for (let n = 0; n < 10_000; n += 1) calls.add(unpriced(n, `made-up-${n}`));
  const counts = series(calls);
  expect(Object.keys(counts)).toHaveLength(501);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(10_000);
});

test('a hostile name stays inside its label', () => {
  const calls = new UnpricedCalls();
  calls.add(unpriced(1, 'a"} 1\nevil_total 9\\'));
  expect(
    calls
      .toPrometheus()
      .split('\n')
      .filter((line) => !line.startsWith('#') && line !== ''),
  ).toEqual([`${NAME}{provider="openai",model="a\\"} 1\\nevil_total 9\\\\",reason="model_unknown"} 1`]);
});
