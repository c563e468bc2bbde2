import type { DataFrame } from '@grafana/data';
import type { Budget } from '../api/quota-answer.ts';
import { exactField, frameField } from './frame-field.ts';

/** Budgets as a table. Amounts are texts: a limit is held to the last digit. */
export function quotaFrame(refId: string, budgets: readonly Budget[]): DataFrame {
  const text = (name: string, of: (budget: Budget) => string | null) => frameField(name, 'string', budgets.map(of));
  const exact = (name: string, of: (budget: Budget) => string) => exactField(name, budgets.map(of));
  const number = (name: string, of: (budget: Budget) => number | null) => frameField(name, 'number', budgets.map(of));
  const instant = (name: string, of: (budget: Budget) => string | null) =>
    frameField(
      name,
      'time',
      budgets.map(of).map((at) => (at === null ? null : Date.parse(at))),
    );
  return {
    refId,
    length: budgets.length,
    fields: [
      text('rule', ({ rule_id: rule }) => rule),
      text('bucket', bucketName),
      text('unit', ({ unit }) => unit),
      text('per', ({ per }) => per),
      text('state', ({ state }) => state),
      exact('used', ({ used }) => used),
      exact('reserved', ({ reserved }) => reserved),
      exact('limit', ({ limit }) => limit),
      number('used_ratio', ({ used_ratio: ratio }) => ratio),
      instant('exhausts_at', ({ exhausts_at: at }) => at),
      instant('resets_at', ({ window }) => window.resets_at),
    ],
  };
}

/** `customer_id=acme` */
export function bucketName({ bucket }: Budget): string {
  return Object.entries(bucket)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}
