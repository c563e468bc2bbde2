import { expect, test } from 'vitest';
import { cacheSavings } from './cache-savings.ts';
import type { CostLine } from './cost.ts';

const line = (meter: CostLine['meter'], quantity: number, amount: bigint): CostLine =>
  ({ meter, quantity, amount, rate: '1', per: 1 }) as CostLine;

test('cached tokens save what fresh ones of the same call cost more', () => {
  const lines = [line('input_tokens', 100, 1000n), line('cache_read_tokens', 400, 400n), line('output_tokens', 9, 9n)];
  expect(cacheSavings(lines)).toBe(3600n);
});

test.each([
  ['without fresh input', [line('cache_read_tokens', 400, 400n)]],
  ['without cached input', [line('input_tokens', 100, 1000n)]],
  ['where the cache costs as much', [line('input_tokens', 100, 100n), line('cache_read_tokens', 400, 400n)]],
])('%s nothing is said', (_, lines) => {
  expect(cacheSavings(lines)).toBeUndefined();
});
