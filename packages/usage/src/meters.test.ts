import { expect, test } from 'vitest';
import { isMeter, isPartOf, METER_NAMES, type Meter } from './meters.ts';

test.each<[Meter, Meter]>([
  ['cache_read_tokens', 'input_tokens'],
  ['cache_write_5m_tokens', 'cache_write_tokens'],
  ['cache_audio_read_tokens', 'input_audio_tokens'],
  ['cache_audio_read_tokens', 'cache_read_tokens'],
  ['output_reasoning_tokens', 'output_tokens'],
  ['images', 'images'],
])('%s are part of %s', (part, whole) => {
  expect(isPartOf(part, whole)).toBe(true);
});

test.each<[Meter, Meter]>([
  ['input_tokens', 'cache_read_tokens'],
  ['cache_read_tokens', 'cache_write_tokens'],
  ['output_audio_tokens', 'input_audio_tokens'],
  ['images', 'input_image_tokens'],
  ['cache_write_5m_tokens', 'cache_write_1h_tokens'],
])('%s are not part of %s', (part, whole) => {
  expect(isPartOf(part, whole)).toBe(false);
});

test('being part of is transitive and only mutual for the same meter', () => {
  for (const a of METER_NAMES) {
    for (const b of METER_NAMES) {
      if (a !== b) expect(isPartOf(a, b) && isPartOf(b, a)).toBe(false);
      for (const c of METER_NAMES) if (isPartOf(a, b) && isPartOf(b, c)) expect(isPartOf(a, c)).toBe(true);
    }
  }
});

test('a name every object has is not a meter', () => {
  expect(isMeter('toString')).toBe(false);
  expect(isMeter('input_tokens')).toBe(true);
});
