export const FILTER_OPS = ['eq', 'neq', 'contains', 'starts_with', 'exists', 'not_exists'] as const;
export type FilterTextOp = (typeof FILTER_OPS)[number];

export interface TextFilter {
  readonly field: string;
  readonly op: FilterTextOp;
  readonly value: string;
}

/** `field:op:value`, as it stands in an address. */
export function writeFilter({ field, op, value }: TextFilter): string {
  return `${field}:${op}${takesValue(op) ? `:${value}` : ''}`;
}

/** `undefined` for what is no filter. A value may hold colons. */
export function readFilter(text: string): TextFilter | undefined {
  const match = /^([a-z][a-z0-9_.]*):([a-z_]+)(?::(.*))?$/s.exec(text);
  const op = FILTER_OPS.find((one) => one === match?.[2]);
  const value = match?.[3] ?? '';
  if (match?.[1] === undefined || op === undefined || (takesValue(op) && value === '')) return undefined;
  return { field: match[1], op, value: takesValue(op) ? value : '' };
}

export function takesValue(op: FilterTextOp): boolean {
  return op !== 'exists' && op !== 'not_exists';
}
