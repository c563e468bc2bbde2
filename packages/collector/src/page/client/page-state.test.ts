import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DIMENSIONS,
  FILTERS,
  MEASURES,
  type PageState,
  RANGES,
  SORTS,
  searchFromState,
  stateFromSearch,
  withFilter,
  withoutFilter,
} from './page-state.ts';

const plain = stateFromSearch('');
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });

test('every state comes back from its URL', () => {
  const states: fc.Arbitrary<PageState> = fc
    .record({
      range: fc.constantFrom(...RANGES),
      by: fc.constantFrom(...DIMENSIONS),
      show: fc.constantFrom(...MEASURES),
      sort: fc.constantFrom(...SORTS),
      filters: fc.dictionary(fc.constantFrom(...FILTERS), text, { noNullPrototype: true }),
      call: fc.option(text, { nil: undefined }),
    })
    .map(({ call, ...state }) => (call === undefined ? state : { ...state, call }));
  fc.assert(
    fc.property(states, (state) => {
      expect(stateFromSearch(searchFromState(state))).toEqual(state);
    }),
  );
});

test('what is default is not in the URL', () => {
  expect(searchFromState(plain)).toBe('?');
  expect(searchFromState({ ...plain, range: '7d', filters: { customer: 'acme' } })).toBe('?range=7d&customer=acme');
});

test.each(['?range=9y&by=moon&show=&sort=x&customer=&call=', '?%E0%A4%A', '?unknown=1'])(
  'a URL that is not understood (%s) is the plain page',
  (search) => {
    expect(stateFromSearch(search)).toEqual(plain);
  },
);

test('a filter on what the bars are made of changes what they are made of', () => {
  const one = withFilter(plain, 'feature', 'chat');
  expect(one).toMatchObject({ by: 'model', filters: { feature: 'chat' } });
  expect(withFilter(one, 'customer', 'acme').by).toBe('model');
});

test('with every dimension filtered the bars stay what they are', () => {
  const all = DIMENSIONS.reduce((state, dimension) => withFilter(state, dimension, 'x'), plain);
  expect(DIMENSIONS).toContain(all.by);
});

test('a new filter closes the open call, and taking it off gives the state before', () => {
  const open: PageState = { ...plain, call: 'a-b' };
  expect(withFilter(open, 'team', 'a').call).toBeUndefined();
  expect(withoutFilter(withFilter(plain, 'team', 'a'), 'team')).toEqual(plain);
});
