import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import vm from 'node:vm';
import type { ClientSchema, ModelField } from '../src/lint/check-schema.ts';

const MODELS = '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js';
/** What is sent as a whole; everything else is reached from it. */
const ROOTS = ['Dashboard', 'Monitor'];

interface Maps {
  readonly enumsMap: Readonly<Record<string, readonly unknown[]>>;
  readonly typeMap: Readonly<Record<string, { getAttributeTypeMap(): Readonly<Record<string, Attribute>> }>>;
  readonly oneOfMap: Readonly<Record<string, readonly string[]>>;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly required?: boolean;
  readonly format?: string;
}

/** The shapes that the official client reads and writes, as data: names, types, enums, alternatives, what is required. */
export function clientSchema(): ClientSchema {
  const require = createRequire(import.meta.url);
  const file = require.resolve(MODELS);
  const { version } = require('@datadog/datadog-api-client/package.json') as { readonly version: string };
  const { enumsMap, typeMap, oneOfMap } = mapsIn(file);
  const models: Record<string, Record<string, ModelField>> = {};
  const enums: Record<string, readonly unknown[]> = {};
  const oneOf: Record<string, readonly string[]> = {};
  const open = [...ROOTS];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (models[name] !== undefined || enums[name] !== undefined || oneOf[name] !== undefined) continue;
    const [values, alternatives, type] = [enumsMap[name], oneOfMap[name], typeMap[name]];
    if (values !== undefined) enums[name] = values;
    else if (alternatives !== undefined) {
      oneOf[name] = alternatives;
      open.push(...alternatives.map(innermost));
    } else if (type !== undefined) {
      const fields: Record<string, ModelField> = {};
      for (const { baseName, type: of, required } of Object.values(type.getAttributeTypeMap())) {
        if (baseName === undefined || of === undefined) continue;
        fields[baseName] = required === true ? { type: of, required } : { type: of };
        open.push(innermost(of));
      }
      models[name] = fields;
    }
  }
  return { client: version, models: sorted(models), enums: sorted(enums), oneOf: sorted(oneOf) };
}

/** The maps are private to the serializer's module: it is run with one line more. */
function mapsIn(file: string): Maps {
  const code = `${readFileSync(file, 'utf8')}\nexports.maps = { enumsMap, typeMap, oneOfMap };`;
  const exports: { maps?: Maps } = {};
  const wrapper = vm.runInThisContext(`(function (exports, require, module, __filename, __dirname) {${code}\n})`) as (
    ...args: unknown[]
  ) => void;
  wrapper(exports, createRequire(file), { exports }, file, dirname(file));
  if (exports.maps === undefined) throw new Error('the serializer of the client has no maps any more');
  return exports.maps;
}

/** `Array<WidgetCustomLink>` is about `WidgetCustomLink`. */
function innermost(type: string): string {
  const inner =
    /^Array<(.+)>$/.exec(type)?.[1] ?? /^\[(.+)\]$/.exec(type)?.[1] ?? /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  return inner === undefined ? type : innermost(inner.split(',')[0]?.trim() ?? inner);
}

function sorted<Value>(of: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
}
