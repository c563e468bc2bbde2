import { nearestName } from '@costspan/usage';
import type { Findings, Path } from './finding.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * What a value in a file may look like: reads it, and describes itself as JSON Schema, so that the published schema and
 * the parser cannot disagree. `read` reports every mistake and gives `undefined` when there was one.
 */
export interface Shape<T> {
  readonly schema: JsonSchema;
  readonly required?: true;
  read(value: unknown, path: Path, findings: Findings): T | undefined;
}

/** What a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;

type Fields = { readonly [name: string]: Shape<unknown> };
/** What an object of such fields gives: the required ones surely, the others perhaps. */
export type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Shape<infer T> ? (F[K] extends { required: true } ? T : T | undefined) : never;
};

export function required<T>(shape: Shape<T>): Shape<T> & { required: true } {
  return { ...shape, required: true };
}

/** A map of known fields. Unknown ones are mistakes. `oneOf` names fields of which exactly one must stand. */
export function object<F extends Fields>(
  fields: F,
  options: { readonly about?: string; readonly oneOf?: readonly (keyof F & string)[] } = {},
): Shape<Values<F>> {
  const names = Object.keys(fields);
  const must = names.filter((name) => fields[name]?.required);
  const { about, oneOf } = options;
  return {
    schema: {
      type: 'object',
      ...(about === undefined ? {} : { description: about }),
      additionalProperties: false,
      ...(must.length === 0 ? {} : { required: must }),
      properties: Object.fromEntries(names.map((name) => [name, fields[name]?.schema])),
      ...(oneOf === undefined ? {} : { oneOf: oneOf.map((name) => ({ required: [name] })) }),
    },
    read: (value, path, findings) => {
      if (!isMap(value))
        return findings.add(path, 'MAP_EXPECTED', `${show(value)} must be a map of ${names.join(', ')}`);
      const before = findings.list.length;
      for (const name of Object.keys(value)) {
        if (Object.hasOwn(fields, name)) continue;
        const near = nearestName(name, names);
        const hint = near === undefined ? `known: ${names.join(', ')}` : `did you mean "${near}"?`;
        findings.add([...path, name], 'FIELD_UNKNOWN', `"${name}" is not a field here; ${hint}`, 'key');
      }
      const values: Record<string, unknown> = {};
      for (const name of names) {
        if (Object.hasOwn(value, name)) values[name] = fields[name]?.read(value[name], [...path, name], findings);
        else if (must.includes(name)) findings.add(path, 'FIELD_MISSING', `"${name}" is missing; add it`);
      }
      const stated = oneOf?.filter((name) => Object.hasOwn(value, name));
      if (oneOf !== undefined && stated?.length !== 1) {
        findings.add(path, 'FIELDS_ONE_OF', `state exactly one of ${oneOf.join(', ')}, not ${stated?.length}`);
      }
      return findings.list.length === before ? (values as Values<F>) : undefined;
    },
  };
}

/** Any keys, each with a value of one shape. */
export function map<T>(
  of: Shape<T>,
  key: { readonly pattern: string; readonly lengthMax: number },
): Shape<ReadonlyMap<string, T>> {
  const pattern = new RegExp(key.pattern, 'u');
  return {
    schema: {
      type: 'object',
      propertyNames: { pattern: key.pattern, maxLength: key.lengthMax },
      additionalProperties: of.schema,
    },
    read: (value, path, findings) => {
      if (!isMap(value)) return findings.add(path, 'MAP_EXPECTED', `${show(value)} must be a map of name: value`);
      const entries = Object.entries(value).map(([name, item]) => {
        if (!pattern.test(name) || name.length > key.lengthMax) {
          findings.add([...path, name], 'NAME_FORMAT', `"${name}" is not a name; it must fit ${key.pattern}`, 'key');
        }
        return [name, of.read(item, [...path, name], findings)] as const;
      });
      return new Map(entries.filter((entry): entry is readonly [string, T & {}] => entry[1] !== undefined));
    },
  };
}

export function list<T>(of: Shape<T>, limits: { readonly min?: number; readonly max: number }): Shape<readonly T[]> {
  const { min = 0, max } = limits;
  return {
    schema: { type: 'array', items: of.schema, minItems: min, maxItems: max },
    read: (value, path, findings) => {
      if (!Array.isArray(value)) return findings.add(path, 'LIST_EXPECTED', `${show(value)} must be a list`);
      if (value.length < min) findings.add(path, 'LIST_SHORT', `an empty list says nothing; leave it out or fill it`);
      if (value.length > max) findings.add(path, 'LIST_LONG', `has ${value.length} entries; at most ${max} are read`);
      return value.map((item, index) => of.read(item, [...path, index], findings)).filter((item) => item !== undefined);
    },
  };
}

export function text(options: {
  readonly max: number;
  readonly pattern?: string;
  readonly example?: string;
}): Shape<string> {
  const pattern = options.pattern === undefined ? undefined : new RegExp(options.pattern, 'u');
  const such = options.example === undefined ? '' : ` such as "${options.example}"`;
  return {
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: options.max,
      ...(options.pattern === undefined ? {} : { pattern: options.pattern }),
    },
    read: (value, path, findings) => {
      if (typeof value !== 'string' || value === '') {
        return findings.add(path, 'TEXT_EXPECTED', `${show(value)} must be a text${such}; put numbers in quotes`);
      }
      if ([...value].length > options.max) {
        return findings.add(path, 'TEXT_LONG', `has ${[...value].length} characters; at most ${options.max} are read`);
      }
      if (pattern !== undefined && !pattern.test(value)) {
        return findings.add(path, 'TEXT_FORMAT', `"${value}" does not have the form needed here${such}`);
      }
      return value;
    },
  };
}

export function choice<const C extends string>(choices: readonly C[]): Shape<C> {
  return {
    schema: { enum: choices },
    read: (value, path, findings) => {
      if (choices.includes(value as C)) return value as C;
      const near = typeof value === 'string' ? nearestName(value, choices) : undefined;
      const hint = near === undefined ? '' : `; did you mean "${near}"?`;
      return findings.add(path, 'CHOICE_UNKNOWN', `${show(value)} must be one of ${choices.join(', ')}${hint}`);
    },
  };
}

export function whole(limits: { readonly min: number; readonly max: number; readonly unit?: string }): Shape<number> {
  const { min, max, unit } = limits;
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (value, path, findings) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : findings.add(
            path,
            'NUMBER_EXPECTED',
            `${show(value)} must be a whole number${unit === undefined ? '' : ` of ${unit}`} from ${min} to ${max}`,
          ),
  };
}

export function flag(): Shape<boolean> {
  return {
    schema: { type: 'boolean' },
    read: (value, path, findings) =>
      typeof value === 'boolean' ? value : findings.add(path, 'FLAG_EXPECTED', `${show(value)} must be true or false`),
  };
}

/** The first of two shapes for whatever `isFirst` says; JSON Schema tells them apart by type. */
export function either<A, B>(first: Shape<A>, second: Shape<B>, isFirst: (value: unknown) => boolean): Shape<A | B> {
  return {
    schema: { anyOf: [first.schema, second.schema] },
    read: (value, path, findings) => (isFirst(value) ? first : second).read(value, path, findings),
  };
}

/** The same values, read on into something else. `undefined` means that `change` has reported a mistake. */
export function into<A, B>(
  shape: Shape<A>,
  change: (value: A, path: Path, findings: Findings) => B | undefined,
): Shape<B> {
  return {
    schema: shape.schema,
    read: (value, path, findings) => {
      const before = findings.list.length;
      const read = shape.read(value, path, findings);
      return read === undefined || findings.list.length > before ? undefined : change(read, path, findings);
    },
  };
}

/** Values that other programs own: anything, kept as it is. */
export const anything: Shape<unknown> = { schema: {}, read: (value) => value ?? null };

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const written = JSON.stringify(value) ?? typeof value;
  return written.length > 60 ? `${written.slice(0, 57)}…` : written;
}
