import type { Field, FieldConfig, FieldType, Labels } from '@grafana/data';

/** A column of a frame. Grafana's names of types are its enum's values; only types are taken from it, so that frames are made anywhere. */
export function frameField(
  name: string,
  type: `${Extract<FieldType, 'time' | 'string' | 'number' | 'other'>}`,
  values: unknown[],
  more: { readonly labels?: Labels; readonly config?: FieldConfig } = {},
): Field {
  return { name, type: type as FieldType, values, config: {}, ...more };
}

/** A text that stays as it is: whatever unit a panel states, Grafana would else read a number in it and round that. */
export function exactField(name: string, values: readonly (string | null)[]): Field {
  return frameField(name, 'string', [...values], { config: { unit: 'string' } });
}
