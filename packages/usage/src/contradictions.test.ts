import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contradictions } from './contradictions.ts';
import { isPartOf, METER_NAMES, METERS, type Meter, type Meters } from './meters.ts';

test.each<[string, Meters, string[]]>([
  ['a part larger than its whole', { input_tokens: 10, cache_read_tokens: 11 }, ['PART_EXCEEDS_WHOLE']],
  [
    'parts that share no token and are larger together',
    { input_tokens: 10, cache_read_tokens: 6, cache_write_tokens: 6 },
    ['PARTS_EXCEED_WHOLE'],
  ],
  [
    'lifetimes that are more than all writes',
    { cache_write_tokens: 5, cache_write_5m_tokens: 3, cache_write_1h_tokens: 3 },
    ['PARTS_EXCEED_WHOLE'],
  ],
  [
    'text and audio that are more than the input',
    { input_tokens: 5, input_text_tokens: 3, input_audio_tokens: 3 },
    ['PARTS_EXCEED_WHOLE'],
  ],
  ['parts of different kinds that overlap', { input_tokens: 10, cache_read_tokens: 8, input_text_tokens: 10 }, []],
  ['parts without their whole', { cache_read_tokens: 8 }, []],
  ['parts that fill the whole', { output_tokens: 9, output_text_tokens: 4, output_audio_tokens: 5 }, []],
])('%s', (_name, meters, codes) => {
  expect(contradictions(meters).map(({ code }) => code)).toEqual(codes);
});

test('no part is larger than its whole without a finding', () => {
  const tokens = METER_NAMES.filter((meter) => METERS[meter].unit === 'token');
  const meters = fc.dictionary(fc.constantFrom(...tokens), fc.nat(20), { maxKeys: 6 }) as fc.Arbitrary<Meters>;
  fc.assert(
    fc.property(meters, (counts) => {
      const names = Object.keys(counts) as Meter[];
      const exceeds = names.some((whole) =>
        names.some((part) => isPartOf(part, whole) && (counts[part] as number) > (counts[whole] as number)),
      );
      if (exceeds) expect(contradictions(counts)).not.toEqual([]);
    }),
  );
});
