import type { ExportColumn } from '@costspan/collector';
import type { SchemaTarget } from './target.ts';

const TYPES: Readonly<Record<ExportColumn['kind'], string>> = {
  text: 'string',
  json: 'string',
  boolean: 'boolean',
  integer: 'integer',
  decimal: 'real',
  instant: 'datetime',
};

/** Tableau computes with doubles: sums are right to some fifteen digits, and exact ones are asked of the warehouse or the API. */
export const tableau: SchemaTarget = {
  name: 'tableau',
  about: 'a data source over a CSV export',
  file: 'costspan.tds',
  write: (columns) => `<?xml version='1.0' encoding='utf-8' ?>
<!-- Written by costspan export schema. Put calls.csv beside this file. -->
<datasource formatted-name='costspan' inline='true' version='18.1' xmlns:user='http://www.tableausoftware.com/xml/user'>
  <connection class='federated'>
    <named-connections>
      <named-connection caption='calls' name='textscan.costspan'>
        <connection class='textscan' directory='.' filename='calls.csv' password='' server='' />
      </named-connection>
    </named-connections>
    <relation connection='textscan.costspan' name='calls.csv' table='[calls#csv]' type='table'>
      <columns character-set='UTF-8' header='yes' locale='en_US' separator=','>
${columns.map(({ name, kind }, index) => `        <column datatype='${TYPES[kind]}' name='${name}' ordinal='${index}' />`).join('\n')}
      </columns>
    </relation>
  </connection>
${columns.map(columnOf).join('\n')}
</datasource>
`,
};

function columnOf({ name, kind, about }: ExportColumn): string {
  const isMeasure = kind === 'integer' || kind === 'decimal';
  const role = isMeasure
    ? "role='measure' type='quantitative'"
    : `role='dimension' type='${kind === 'instant' ? 'ordinal' : 'nominal'}'`;
  return `  <column caption='${escaped(about)}' datatype='${TYPES[kind]}' name='[${name}]' ${role} />`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');
}
