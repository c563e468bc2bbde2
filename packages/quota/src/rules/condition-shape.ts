import type { Clause, Condition, SubjectPattern } from './rule.ts';
import { either, into, list, map, object, type Shape, text, type Values } from './shape.ts';

export const NAMES_MAX = 10_000;
export const NAME_LENGTH_MAX = 256;
export const TAG_KEY = { pattern: '^[A-Za-z][A-Za-z0-9_.-]*$', lengthMax: 64 };

/** Spellings of subjects that name a tag of ours otherwise. */
const SUBJECT_TAGS: Readonly<Record<string, string>> = {
  virtualaccount: 'virtual_account',
  'virtual-account': 'virtual_account',
};

export const name = text({ max: NAME_LENGTH_MAX });

const subject: Shape<SubjectPattern> = into(
  text({ max: NAME_LENGTH_MAX, pattern: '^(\\*|[A-Za-z][A-Za-z0-9_.-]*:.+)$', example: 'team:backend' }),
  (value) => {
    if (value === '*') return '*';
    const colon = value.indexOf(':');
    const written = value.slice(0, colon);
    return { tag: SUBJECT_TAGS[written] ?? written, value: value.slice(colon + 1) };
  },
);

const metadataValue = either(name, list(name, { min: 1, max: NAMES_MAX }), (value) => !Array.isArray(value));
const metadata = map(metadataValue, TAG_KEY);

/** The gateway's own form, in which an empty list stands for all. */
export const gatewayCondition = into(
  object({
    subjects: list(subject, { max: NAMES_MAX }),
    models: list(name, { max: NAMES_MAX }),
    metadata,
  }),
  (value): Condition => ({ every: clausesOf(value), none: [] }),
);

const facets = {
  subjects: list(subject, { min: 1, max: NAMES_MAX }),
  models: list(name, { min: 1, max: NAMES_MAX }),
  providers: list(name, { min: 1, max: NAMES_MAX }),
  metadata,
};

/** Ours: the same, with providers, and with `not`. */
export const condition = into(
  object(
    { ...facets, not: object(facets) },
    { about: 'All of it must hold; a list holds when one of its entries does.' },
  ),
  (value): Condition => ({ every: clausesOf(value), none: value.not === undefined ? [] : clausesOf(value.not) }),
);

function clausesOf(value: Partial<Values<typeof facets>>): Clause[] {
  const clauses: Clause[] = [];
  if (value.subjects?.length) clauses.push({ on: 'subject', any: value.subjects });
  if (value.models?.length) clauses.push({ on: 'model', any: value.models });
  if (value.providers?.length) clauses.push({ on: 'provider', any: value.providers });
  for (const [key, any] of value.metadata ?? []) {
    clauses.push({ on: 'tag', key, any: typeof any === 'string' ? [any] : any });
  }
  return clauses;
}
