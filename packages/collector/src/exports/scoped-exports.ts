import { type Field, parseField } from '../query/fields.ts';
import type { Filter } from '../query/filter.ts';
import type { ExportSelection } from './export-query.ts';
import type { ExportSource } from './export-source.ts';

const CUSTOMER = parseField('customer_id') as Field;

/** What somebody may take out who may know of these customers only. Every method of a source has to be here. */
export function scopedExports(source: ExportSource, customers: readonly string[]): ExportSource {
  const own: Filter = { field: CUSTOMER, op: 'in', values: customers };
  const narrowed = (selection: ExportSelection): ExportSelection => ({
    ...selection,
    filters: [...selection.filters, own],
  });
  return {
    // When somebody else's call came is nobody's concern: a cursor tells it.
    newestUs: (filters = []) => source.newestUs([...filters, own]),
    deletedBeforeUs: (selection) => source.deletedBeforeUs(narrowed(selection)),
    sliceEndUs: (selection, calls) => source.sliceEndUs(narrowed(selection), calls),
    lines: (selection, style) => source.lines(narrowed(selection), style),
    charges: (selection) => source.charges(narrowed(selection)),
    changes: (selection, sinceUs) => source.changes(narrowed(selection), sinceUs),
    writeParquet: (selection, name) => source.writeParquet(narrowed(selection), name),
    csvToParquet: (csv, name, columns) => source.csvToParquet(csv, name, columns),
    staging: () => source.staging(),
  };
}
