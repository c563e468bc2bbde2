import type { ExportColumn } from '@costspan/collector';
import { type SchemaTarget, TABLE } from './target.ts';

const TYPES = { text: 'string', json: 'string', boolean: 'yesno', integer: 'number', decimal: 'number' } as const;
/** Of an integer a sum means nothing. */
const NOT_SUMMED: ReadonlySet<string> = new Set(['duration_us', 'time_to_first_token_us']);

export const looker: SchemaTarget = {
  name: 'looker',
  about: 'a LookML view over the table of a warehouse',
  file: 'costspan.view.lkml',
  write: (columns) => `# Written by \`costspan export schema\`; the columns are described in docs/export.md.
view: ${TABLE} {
  sql_table_name: ${TABLE} ;;

${columns.map(dimension).join('\n')}
  measure: calls {
    type: count
    label: "Calls"
  }

${columns.filter(isSummed).map(measure).join('\n')}}
`,
};

function dimension({ name, kind, about }: ExportColumn): string {
  if (kind === 'instant') {
    return `  dimension_group: ${name.replace(/_at$/, '')} {
    type: time
    timeframes: [raw, time, hour, date, week, month, quarter, year]
    datatype: timestamp
    description: "${about}, in UTC"
    sql: \${TABLE}."${name}" ;;
  }
`;
  }
  const lines = [
    ...(name === 'call_id' ? ['primary_key: yes'] : []),
    `type: ${TYPES[kind]}`,
    ...(kind === 'decimal' ? ['value_format: "0.000000"'] : []),
    `description: "${about}"`,
    `sql: \${TABLE}."${name}" ;;`,
  ];
  return `  dimension: ${name} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`;
}

function isSummed({ name, kind }: ExportColumn): boolean {
  return (kind === 'integer' || kind === 'decimal') && !NOT_SUMMED.has(name);
}

function measure({ name, kind }: ExportColumn): string {
  return `  measure: total_${name} {
    type: sum
    value_format: "${kind === 'decimal' ? '0.000000' : '#,##0'}"
    sql: \${TABLE}."${name}" ;;
  }
`;
}
