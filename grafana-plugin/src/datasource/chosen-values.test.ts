import { expect, test } from 'vitest';
import { chosenFilters, chosenValues, type Replace } from './chosen-values.ts';

/** Replaces `$name` by what is chosen, as Grafana's templates do: one value as a text, several as a list. */
const chosen =
  (variables: Readonly<Record<string, string | readonly string[]>>): Replace =>
  (text, format) =>
    text.replace(/\$(\w+)/g, (whole, name: string) => (name in variables ? format(variables[name] ?? '') : whole));

test.each([
  ['$customer', { customer: 'acme' }, ['acme']],
  ['$customer', { customer: ['acme', 'glo,bex'] }, ['acme', 'glo,bex']],
  ['$customer', { customer: '*' }, undefined],
  ['$customer', { customer: ['*'] }, undefined],
  ['acme, globex', {}, ['acme', 'globex']],
  ['$customer, initech', { customer: ['acme'] }, ['acme', 'initech']],
  ['', {}, undefined],
  ['$nobody', {}, ['$nobody']],
] as const)('%s with %o is %o', (text, variables, values) => {
  expect(chosenValues(text, chosen(variables))).toEqual(values);
});

test('All is no condition, so that calls without a value count too', () => {
  const filters = [{ field: 'customer_id', op: 'in', value: '$customer' }] as const;
  expect(chosenFilters(filters, chosen({ customer: '*' }))).toEqual([]);
  expect(chosenFilters(filters, chosen({ customer: ['a', 'b'] }))).toEqual([
    { field: 'customer_id', op: 'in', value: ['a', 'b'] },
  ]);
});

test.each([
  ['eq', ['a', 'b'], { op: 'in', value: ['a', 'b'] }],
  ['neq', ['a', 'b'], { op: 'not_in', value: ['a', 'b'] }],
  ['eq', ['a'], { op: 'eq', value: 'a' }],
  ['contains', ['a'], { op: 'contains', value: 'a' }],
  ['exists', [], { op: 'exists' }],
] as const)('%s of %o', (op, values, expected) => {
  expect(chosenFilters([{ field: 'team', op, value: '$team' }], chosen({ team: values }))).toEqual([
    { field: 'team', ...expected },
  ]);
});

test('a condition that names no field is none yet', () => {
  expect(chosenFilters([{ field: '', op: 'in', value: 'a' }], chosen({}))).toEqual([]);
});
