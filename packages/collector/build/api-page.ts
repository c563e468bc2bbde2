import {
  correlationExample,
  driversExample,
  erasureExample,
  metricsExample,
  organisationExample,
  regionsExample,
  usageExample,
} from '../src/api/examples.ts';
import { openApiDocument } from '../src/api/openapi.ts';
import { DIMENSION_WORDS } from '../src/query/fields.ts';
import { CALL_METRICS } from '../src/query/metrics.ts';
import { decisionExample, explainExample, extendExample, settleExample } from '../src/quota/examples.ts';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: string;
  readonly default?: unknown;
  readonly additionalProperties?: JsonSchema | boolean;
}

interface Operation {
  readonly summary: string;
  readonly servers?: readonly { readonly url: string }[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema; readonly example: object } };
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }
    >
  >;
}

interface ApiDocument {
  readonly info: { readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** More choices are not listed in a table. */
const CHOICES_MAX = 12;

/** `docs/api.md`: the OpenAPI document as a page, with the words that questions are made of. A test asks its examples. */
export function apiPage(): string {
  const document = openApiDocument() as unknown as ApiDocument;
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      operationText(document, `${method.toUpperCase()} `, path, operation),
    ),
  );
  const named = Object.entries(schemas).filter(([, { properties }]) => properties !== undefined);
  return `${[
    '# HTTP API',
    `<!-- Written by \`npm run api:docs\` from the OpenAPI document; a test fails when they differ. -->`,
    `${document.info.description} The machine's version of this page is \`GET /api/v1/openapi.json\`. With keys in \`ingestKeys\`, send \`Authorization: Bearer <key>\`. A mistaken request is answered 400 \`application/problem+json\` with every mistake and its place, a question beyond the bounds 422 with how to ask less, and 503 with \`Retry-After\` when the ledger cannot be reached. Every answer has an \`x-request-id\`, the request's own or a new one; the log names a failure by it.`,
    ...operations,
    '## Metrics',
    'Ratios are ratios of sums. Any meter is a metric too (`input_tokens`, `output_tokens`, `images`, …).',
    table(
      ['metric', 'unit', 'what it is'],
      Object.entries(CALL_METRICS).map(([name, { unit, is }]) => [`\`${name}\``, unit, is]),
    ),
    '## Fields',
    'What a question groups and filters by, besides any tag: `tag.<key>`, or the bare key where no metric or field has that name.',
    table(
      ['field', 'what it is'],
      Object.entries(DIMENSION_WORDS).map(([name, is]) => [`\`${name}\``, is]),
    ),
    '## Bodies and answers',
    ...named.map(
      ([name, schema]) => `### ${name}\n\n${[schema.description ?? '', propertiesTable(schema)].join('\n\n')}`,
    ),
  ].join('\n\n')}\n`;
}

/** Every example that the page shows, with the place it is sent to. */
export const PAGE_EXAMPLES = [
  ['/api/v1/usage/query', usageExample],
  ['/api/v1/usage/drivers', driversExample],
  ['/api/v1/usage/organisation', organisationExample],
  ['/api/v1/usage/correlation', correlationExample],
  ['/api/v1/residency/query', regionsExample],
  ['/api/v1/privacy/erasures', erasureExample],
  ['/api/v1/quota/decisions', decisionExample],
  ['/api/v1/quota/decisions/{id}/settle', settleExample],
  ['/api/v1/quota/decisions/{id}/extend', extendExample],
  ['/api/v1/quota/explain', explainExample],
  ['/api/svc/v1/llm-gateway/metrics/query', metricsExample],
] as const;

function operationText(document: ApiDocument, method: string, path: string, operation: Operation): string {
  const url = `${(operation.servers ?? document.servers)[0]?.url ?? ''}${path}`;
  const { parameters = [], requestBody, responses } = operation;
  const own = parameters.filter(({ description = '' }) => !description.startsWith('Only calls with this '));
  const filters = parameters.filter((parameter) => !own.includes(parameter)).map(({ name }) => `\`${name}\``);
  const sent = requestBody?.content['application/json'];
  return [
    `## ${method}${url}`,
    `${operation.summary}.`,
    ...(own.length === 0
      ? []
      : [
          table(
            ['parameter', 'type', 'what it is'],
            own.map((each) => [
              `\`${each.name}\`${each.required === true ? ' (required)' : ''}`,
              typeText(each.schema),
              each.description ?? '',
            ]),
          ),
        ]),
    ...(filters.length === 0 ? [] : [`Filters by value: ${filters.join(', ')}.`]),
    ...(sent === undefined
      ? []
      : [
          `Body: ${typeText(sent.schema)}.`,
          `\`\`\`sh\ncurl -s http://127.0.0.1:4318${url} -H 'content-type: application/json' -d '${JSON.stringify(sent.example, undefined, 2)}'\n\`\`\``,
        ]),
    table(
      ['status', 'answer'],
      Object.entries(responses).map(([status, { description, content }]) => {
        const schema = Object.values(content ?? {})[0]?.schema;
        return [status, schema?.$ref === undefined ? description : `${description}: ${typeText(schema)}`];
      }),
    ),
  ].join('\n\n');
}

function propertiesTable(schema: JsonSchema): string {
  const required = new Set(schema.required ?? []);
  return table(
    ['name', 'type', 'what it is'],
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      `\`${name}\`${required.has(name) ? ' (required)' : ''}`,
      typeText(property),
      [
        property.description ?? '',
        property.default === undefined ? '' : `Default: \`${JSON.stringify(property.default)}\`.`,
      ]
        .filter(Boolean)
        .join('. '),
    ]),
  );
}

function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.enum !== undefined)
    return schema.enum.length > CHOICES_MAX ? 'text' : schema.enum.map((each) => `\`${each}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  const names: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' };
  const type = [schema.type ?? 'any']
    .flat()
    .map((each) => names[each] ?? each)
    .join(' or ');
  if (type === 'array') return `list of ${schema.items === undefined ? 'anything' : typeText(schema.items)}`;
  if (type !== 'object' || schema.properties === undefined) return type;
  return `object (${Object.keys(schema.properties)
    .map((name) => `\`${name}\``)
    .join(', ')})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
