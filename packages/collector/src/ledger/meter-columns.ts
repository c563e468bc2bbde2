import type { Meter } from '@costspan/usage';

/** Meters with a column of their own, whole numbers. The others share `other_meters`; `seconds` may have a fraction. */
export const METER_COLUMNS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_reasoning_tokens',
  'input_audio_tokens',
  'output_audio_tokens',
  'web_searches',
] as const satisfies readonly Meter[];
export const FRACTION_METER = 'seconds' satisfies Meter;

const own: ReadonlySet<string> = new Set([...METER_COLUMNS, FRACTION_METER]);

/** Whether a meter has a column of its own; the others share `other_meters`. */
export function hasColumn(meter: string): boolean {
  return own.has(meter);
}
