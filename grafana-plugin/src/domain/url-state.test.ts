import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choice, flag, list, readState, text, writeState } from './url-state.ts';

const params = { from: text('now-30d'), by: choice(['model', 'team'], 'model'), ids: list(), all: flag() };

test('an empty address is the default state', () => {
  expect(readState(params, new URLSearchParams())).toEqual({ from: 'now-30d', by: 'model', ids: [], all: false });
});

test('what is not understood is the default', () => {
  expect(readState(params, new URLSearchParams('by=nonsense&all=x')).by).toBe('model');
});

test('a default is not written', () => {
  expect(writeState(params, new URLSearchParams('by=team'), { by: 'model' }).toString()).toBe('');
});

test('parameters of others stay', () => {
  expect(writeState(params, new URLSearchParams('theme=dark'), { by: 'team' }).toString()).toBe('theme=dark&by=team');
});

test('any state can be shared as an address', () => {
  const state = fc.record({
    from: fc.string({ maxLength: 100 }),
    by: fc.constantFrom('model' as const, 'team' as const),
    ids: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 8 }),
    all: fc.boolean(),
  });
  fc.assert(
    fc.property(state, (wanted) => {
      const address = writeState(params, new URLSearchParams(), wanted).toString();
      expect(readState(params, new URLSearchParams(address))).toEqual(wanted);
    }),
  );
});
