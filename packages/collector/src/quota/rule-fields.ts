import type { Clause, QuotaCall, QuotaRule } from '@costspan/quota';
import { type Field, parseField } from '../query/fields.ts';
import { EXPIRED, UNTAGGED } from '../query/labels.ts';
import type { UsageRow } from '../query/usage-query.ts';

/** What of its calls the ledger must tell apart, so that a rule can find those it matches and their buckets. */
export function ruleFields(rule: QuotaRule): readonly Field[] {
  const names = new Set<string>();
  const add = (dimension: string): void => {
    if (dimension === 'model') names.add('request_model').add('model').add('provider');
    else names.add(dimension === 'provider' ? 'provider' : `tag.${dimension}`);
  };
  for (const dimension of rule.appliesPer) add(dimension);
  for (const clause of [...rule.when.every, ...rule.when.none])
    for (const dimension of dimensionsOf(clause)) add(dimension);
  return [...names].sort().map((name) => parseField(name) as Field);
}

function dimensionsOf(clause: Clause): readonly string[] {
  switch (clause.on) {
    case 'model':
    case 'provider':
      return [clause.on];
    case 'tag':
      return [clause.key];
    case 'subject':
      return clause.any.flatMap((pattern) => (pattern === '*' ? [] : [pattern.tag]));
    default:
      return clause satisfies never;
  }
}

/** The call that all calls of a row are alike to, as far as the rule of these fields can see. */
export function callOfRow(row: UsageRow, fields: readonly Field[]): QuotaCall {
  const text = (name: string): string | undefined => {
    const value = row[name];
    return typeof value !== 'string' || value === UNTAGGED || value === EXPIRED ? undefined : value;
  };
  const tags: Record<string, string> = {};
  for (const { name } of fields) {
    const value = text(name);
    if (name.startsWith('tag.') && value !== undefined) tags[name.slice('tag.'.length)] = value;
  }
  return { provider: text('provider') ?? '', model: text('request_model') ?? text('model') ?? '', tags };
}
