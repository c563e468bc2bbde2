import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonPiece, JsonValues } from './json-values.ts';

function pieces(text: string, cuts: readonly number[] = [], charsMax?: number): JsonPiece[] {
  const values = new JsonValues(charsMax);
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return [...places.slice(1).flatMap((end, index) => values.write(text.slice(places[index], end))), ...values.end()];
}

const values = (all: readonly JsonPiece[]) =>
  all.flatMap((piece) => (piece.kind === 'value' ? [JSON.parse(piece.text) as unknown] : []));

const record = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });

test('a list is cut into its elements, wherever the text is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.nat(2),
      (all, cuts, indent) => {
        const text = JSON.stringify(all, null, indent);
        expect(values(pieces(text, cuts))).toEqual(JSON.parse(text));
      },
    ),
  );
});

test('the list of a page is cut into its elements, and the rest of the page stands by itself', () => {
  const rest = record.filter((each) => !('data' in each) && !('calls' in each));
  fc.assert(
    fc.property(
      rest,
      fc.array(record, { maxLength: 3 }),
      rest,
      fc.array(fc.nat(), { maxLength: 5 }),
      (before, all, after, cuts) => {
        const page = { object: 'page', before, data: all, after, has_more: true };
        const found = pieces(JSON.stringify(page), cuts);
        expect(values(found)).toEqual(JSON.parse(JSON.stringify(all)));
        expect(found.at(-1)).toMatchObject({ kind: 'envelope' });
        expect(JSON.parse((found.at(-1) as { text: string }).text)).toEqual(
          JSON.parse(JSON.stringify({ ...page, data: [] })),
        );
      },
    ),
  );
});

test('several objects, one after the other, are records with the lines they begin on', () => {
  expect(pieces('{\n"a": {"data": [1]}\n}\n{"b":"}"} {"c":"\\"{"}')).toMatchObject([
    { kind: 'value', line: 1 },
    { kind: 'value', line: 4, text: '{"b":"}"}' },
    { kind: 'value', line: 4, text: '{"c":"\\"{"}' },
  ]);
});

test.each([
  ['[{"a":1},5]', 'unexpected "5"'],
  ['[{"a":1}', 'middle of a value'],
  ['{"data":[{"a":1},', 'middle of a value'],
  ['{"a":1}]', 'unexpected "]"'],
  ['[[1]]', 'unexpected "["'],
  ['{"a":1} nonsense', 'unexpected "n"'],
])('%s is told as what it is', (text, message) => {
  expect(pieces(text).at(-1)).toMatchObject({ kind: 'invalid', message: expect.stringContaining(message) });
});

test('a record that is too long is left out, and those after it are read', () => {
  const found = pieces(`[{"a":1},{"long":"${'x'.repeat(100)}"},{"b":2}]`, [20, 50], 60);
  expect(found).toMatchObject([
    { kind: 'value', text: '{"a":1}' },
    { kind: 'invalid', message: expect.stringContaining('more than 60') },
    { kind: 'value', text: '{"b":2}' },
  ]);
});
