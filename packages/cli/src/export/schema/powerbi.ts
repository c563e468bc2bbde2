import type { ExportColumn } from '@costspan/collector';
import type { SchemaTarget } from './target.ts';

/** Power BI’s fixed decimal has four places, so costs are its decimal numbers: doubles. */
const TYPES: Readonly<Record<ExportColumn['kind'], string>> = {
  text: 'type text',
  json: 'type text',
  boolean: 'type logical',
  integer: 'Int64.Type',
  decimal: 'type number',
  instant: 'type datetimezone',
};

export const powerbi: SchemaTarget = {
  name: 'powerbi',
  about: 'a Power Query (M) over a CSV export',
  file: 'costspan.pq',
  write: (
    columns,
  ) => `// Written by \`costspan export schema\`. Set the path of an export, or use Web.Contents with the URL of
// /api/v1/usage/export and a header Authorization = "Bearer …".
let
  Source = File.Contents("C:\\\\costspan\\\\calls.csv"),
  Rows = Csv.Document(Source, [Delimiter = ",", Columns = ${columns.length}, Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
  Headed = Table.PromoteHeaders(Rows, [PromoteAllScalars = true]),
  Nulled = Table.ReplaceValue(Headed, "", null, Replacer.ReplaceValue, Table.ColumnNames(Headed)),
  Typed = Table.TransformColumnTypes(
    Nulled,
    {
${columns.map(({ name, kind }) => `      {"${name}", ${TYPES[kind]}}`).join(',\n')}
    },
    "en-US"
  )
in
  Typed
`,
};
