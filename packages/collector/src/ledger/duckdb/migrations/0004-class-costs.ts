import { classOfMeter } from '@costspan/pricing';
import { METER_NAMES } from '@costspan/usage';
import { STORED_CLASSES, type StoredClass } from '../../class-costs.ts';
import type { Migration } from './index.ts';

const column = (name: StoredClass) => `${name}_cost`;

/**
 * What of a cost was charged for each class of tokens. Reading it from the lines takes 6 µs a call, which a question about a month
 * cannot afford. `superseded` is made anew, as in step 3.
 */
export const classCosts: Migration = {
  version: 4,
  name: 'class-costs',
  sql: [
    ...STORED_CLASSES.map((name) => `ALTER TABLE calls ADD COLUMN ${column(name)} DECIMAL(38, 18)`),
    `UPDATE calls SET ${STORED_CLASSES.map((name) => `${column(name)} = ${fromLines(name)}`).join(', ')}`,
    `CREATE TABLE kept AS SELECT * EXCLUDE (superseded_at),
      ${STORED_CLASSES.map((name) => `${fromLines(name)} AS ${column(name)}`).join(', ')}, superseded_at FROM superseded`,
    'DROP TABLE superseded',
    'ALTER TABLE kept RENAME TO superseded',
  ],
};

/** Sums the stored lines of a class: `[meter, quantity, rate, per, amount at 10⁻¹⁸, …]`, see stored-lines.ts. */
function fromLines(name: StoredClass): string {
  const meters = METER_NAMES.filter((meter) => classOfMeter(meter) === name).map((meter) => `'${meter}'`);
  const sum = `coalesce(list_sum(list_transform(
    list_filter(list_zip(json_extract_string(lines, '$[*][0]'), json_extract_string(lines, '$[*][4]')), lambda line: line[1] IN (${meters.join(', ')})),
    lambda line: line[2]::HUGEINT)), 0)`;
  const unit = 10n ** 18n;
  const amount = `((${sum}) // ${unit})::DECIMAL(38, 18) + ((${sum}) % ${unit})::DECIMAL(18, 0) * 0.000000000000000001`;
  return `CASE WHEN currency = 'USD' AND cost IS NOT NULL AND native_cost IS NULL THEN ${amount} END`;
}
