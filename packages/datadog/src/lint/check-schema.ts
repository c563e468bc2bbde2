import { isJsonObject, type Json, type LintFinding } from './finding.ts';
import { CLIENT_SCHEMA } from './schema/client-schema.ts';

/** Shapes of the official client, made by `build/write-files.ts`. */
export interface ClientSchema {
  /** Version of the client they were read from. */
  readonly client: string;
  readonly models: Readonly<Record<string, Readonly<Record<string, ModelField>>>>;
  readonly enums: Readonly<Record<string, readonly unknown[]>>;
  readonly oneOf: Readonly<Record<string, readonly string[]>>;
}

export interface ModelField {
  /** As the client writes types: `string`, `number`, `Array<Widget>`, `[string, string]`, a model, an enum. */
  readonly type: string;
  readonly required?: boolean;
}

/**
 * Strictly the shape of the client's model: nothing missing, nothing that it does not know, every enum one of its values.
 * Strict is right for files that we write; Datadog's own exports carry keys that no client knows.
 */
export function checkSchema(root: 'Dashboard' | 'Monitor', value: Json): LintFinding[] {
  return check(root, value, '');
}

function check(type: string, value: Json, at: string): LintFinding[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  const tuple = /^\[(.+)\]$/.exec(type)?.[1];
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (list !== undefined || tuple !== undefined) {
    if (!Array.isArray(value)) return [wrong(at, 'a list', value)];
    const items = value as readonly Json[];
    const of = list ?? (tuple as string).split(',')[0]?.trim() ?? 'any';
    const findings = items.flatMap((item, index) => check(of, item, `${at}[${index}]`));
    const count = tuple?.split(',').length;
    if (count !== undefined && items.length !== count) findings.push(wrong(at, `a list of ${count}`, value));
    return findings;
  }
  if (map !== undefined) {
    if (!isJsonObject(value)) return [wrong(at, 'an object', value)];
    return Object.entries(value).flatMap(([key, item]) => check(map, item, join(at, key)));
  }
  const values = CLIENT_SCHEMA.enums[type];
  if (values !== undefined) {
    return values.includes(value)
      ? []
      : [wrong(at, `one of ${values.map((one) => JSON.stringify(one)).join(', ')}`, value)];
  }
  const alternatives = CLIENT_SCHEMA.oneOf[type];
  if (alternatives !== undefined) return checkOneOf(alternatives, value, at);
  const model = CLIENT_SCHEMA.models[type];
  if (model !== undefined) return checkModel(type, model, value, at);
  return checkPrimitive(type, value, at);
}

function checkModel(name: string, model: Readonly<Record<string, ModelField>>, value: Json, at: string): LintFinding[] {
  if (!isJsonObject(value)) return [wrong(at, 'an object', value)];
  const findings: LintFinding[] = [];
  for (const [field, { type, required }] of Object.entries(model)) {
    const own = value[field];
    if (own === undefined) {
      if (required === true)
        findings.push({ at: join(at, field), code: 'SCHEMA_MISSING', message: `${name} needs it` });
    } else if (own !== null || required === true) findings.push(...check(type, own, join(at, field)));
  }
  for (const field of Object.keys(value)) {
    if (model[field] === undefined) {
      findings.push({ at: join(at, field), code: 'SCHEMA_UNKNOWN', message: `${name} has no such key` });
    }
  }
  return findings;
}

/** Of several shapes the one whose own words for its kind fit is meant; else the one with the fewest mistakes. */
function checkOneOf(alternatives: readonly string[], value: Json, at: string): LintFinding[] {
  let best: { readonly findings: LintFinding[]; readonly isNamed: boolean } | undefined;
  for (const alternative of alternatives) {
    const findings = check(alternative, value, at);
    if (findings.length === 0) return [];
    const isNamed = namesItself(alternative, value);
    const isBetter =
      best === undefined ||
      (isNamed && !best.isNamed) ||
      (isNamed === best.isNamed && findings.length < best.findings.length);
    if (isBetter) best = { findings, isNamed };
  }
  return best?.findings ?? [];
}

function namesItself(alternative: string, value: Json): boolean {
  const model = CLIENT_SCHEMA.models[alternative];
  if (model === undefined || !isJsonObject(value)) return false;
  return ['type', 'data_source'].some((field) => {
    const values = CLIENT_SCHEMA.enums[model[field]?.type ?? ''];
    return values !== undefined && value[field] !== undefined && values.includes(value[field]);
  });
}

function checkPrimitive(type: string, value: Json, at: string): LintFinding[] {
  switch (type) {
    case 'string':
    case 'UUID':
    case 'Date':
      return typeof value === 'string' ? [] : [wrong(at, 'a text', value)];
    case 'number':
      return typeof value === 'number' ? [] : [wrong(at, 'a number', value)];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrong(at, 'true or false', value)];
    default:
      return [];
  }
}

function wrong(at: string, wanted: string, value: Json): LintFinding {
  const got = JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
  return { at: at === '' ? '(file)' : at, code: 'SCHEMA_VALUE', message: `must be ${wanted}, not ${got}` };
}

function join(at: string, field: string): string {
  return at === '' ? field : `${at}.${field}`;
}
