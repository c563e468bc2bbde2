import type { z } from 'zod';
import { jsonSchema } from '../query/request-schemas.ts';

/** What the OpenAPI document is put together from. */
export type JsonSchema = Record<string, unknown>;

const problemType = 'application/problem+json';
export const bad = json('Every mistake in the request', 'Problem', problemType);
export const tooLarge = json('The question needs more time or rows than the bounds allow', 'Problem', problemType);
export const unavailable = json(
  'The ledger cannot be reached now; try again after Retry-After',
  'Problem',
  problemType,
);

export function missing(what: string): JsonSchema {
  return json(`No such ${what}`, 'Problem', problemType);
}

export function body(schema: string, example: object): JsonSchema {
  return { required: true, content: { 'application/json': { schema: ref(schema), example } } };
}

export function pathParameter(name: string, description: string): JsonSchema {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

/** Every field of a schema as a parameter of the URL. */
export function parametersOf(schema: z.ZodType): JsonSchema[] {
  const { properties } = jsonSchema(schema, 'output') as { properties: Record<string, JsonSchema> };
  const { required = [] } = jsonSchema(schema, 'input') as { required?: string[] };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    description,
    schema: rest,
  }));
}

function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export function json(description: string, schema: string, type = 'application/json'): JsonSchema {
  return { description, content: { [type]: { schema: ref(schema) } } };
}
