import { type Finding, InvalidInputError } from './errors.ts';
import { isTagKey, TAG_VALUE_LENGTH_MAX, type Tags } from './tags.ts';

/** What to do with values that name a person: keep them, keep what cannot be turned back, or leave the tag out. */
export const PII_RULES = ['keep', 'hash', 'reject'] as const;
export type PiiRule = (typeof PII_RULES)[number];

/** What a call meets that lacks a required tag: it is counted and marked, that is said too, or it is not made. */
export const MISSING_RULES = ['mark', 'warn', 'throw'] as const;
export type MissingRule = (typeof MISSING_RULES)[number];

export interface TagDefinition {
  readonly description?: string;
  /** Environments in which every call needs the tag; `all` for every one. */
  readonly required: readonly string[] | 'all';
  /** The only values it may have. */
  readonly values?: readonly string[];
  /** What a value must match from end to end. */
  readonly pattern?: RegExp;
  readonly lengthMax: number;
  readonly pii: PiiRule;
}

/** Which tags there are, and what is asked of them: the content of `tags.yaml`. */
export interface TagGlossary {
  readonly tags: ReadonlyMap<string, TagDefinition>;
  /** What becomes of tags that are not in it. */
  readonly unknown: 'keep' | 'drop';
  /** By environment; `default` for the others. */
  readonly missing: ReadonlyMap<string, MissingRule>;
}

/** Tags as the glossary lets them pass, and what it has to say about them. */
export interface GlossedTags {
  readonly tags: Tags;
  readonly findings: readonly Finding[];
  /** Required keys that the call does not have. */
  readonly missing: readonly string[];
  readonly onMissing: MissingRule;
}

/**
 * Reads a glossary, as a file of YAML or JSON gives it.
 * @throws {InvalidInputError} with every mistake.
 */
export function parseTagGlossary(value: unknown, subject: string): TagGlossary {
  const findings: Finding[] = [];
  const root = objectOr(value, subject, findings);
  refuseOthers(root, ['tags', 'unknown', 'missing'], subject, findings);
  const tags = new Map<string, TagDefinition>();
  for (const [key, definition] of Object.entries(objectOr(root['tags'] ?? {}, 'tags', findings))) {
    if (!isTagKey(key)) findings.push({ at: `tags.${key}`, code: 'TAG_KEY', message: `"${key}" is no snake_case key` });
    else tags.set(key, definitionOf(definition ?? {}, `tags.${key}`, findings));
  }
  const unknown = oneOf(root['unknown'] ?? 'keep', ['keep', 'drop'] as const, 'unknown', findings);
  const missing = new Map<string, MissingRule>();
  const given = root['missing'] ?? 'mark';
  const rules = typeof given === 'string' ? { default: given } : objectOr(given, 'missing', findings);
  for (const [environment, rule] of Object.entries(rules)) {
    missing.set(environment, oneOf(rule, MISSING_RULES, `missing.${environment}`, findings));
  }
  if (findings.length > 0) throw new InvalidInputError('TAG_GLOSSARY_INVALID', subject, findings);
  return { tags, unknown, missing };
}

/**
 * Holds the tags of one call to the glossary. A mistaken tag is left out and is a finding; the others stay.
 * @param hash makes of a personal value what cannot be turned back.
 */
export function glossTags(
  glossary: TagGlossary,
  tags: Tags,
  environment: string,
  hash: (value: string) => string,
): GlossedTags {
  const kept: Record<string, string> = {};
  const findings: Finding[] = [];
  for (const [key, value] of Object.entries(tags)) {
    const definition = glossary.tags.get(key);
    if (definition === undefined) {
      if (glossary.unknown === 'keep') kept[key] = value;
      else findings.push({ at: key, code: 'TAG_UNKNOWN', message: 'is not in the glossary; the tag was left out' });
      continue;
    }
    const problem = problemOf(definition, value);
    if (problem !== undefined)
      findings.push({ at: key, code: 'TAG_REFUSED', message: `${problem}; the tag was left out` });
    else kept[key] = definition.pii === 'hash' ? hash(value) : value;
  }
  const missing: string[] = [];
  for (const [key, { required }] of glossary.tags) {
    if ((required === 'all' || required.includes(environment)) && !(key in kept)) missing.push(key);
  }
  const onMissing = glossary.missing.get(environment) ?? glossary.missing.get('default') ?? 'mark';
  return { tags: kept, findings, missing, onMissing };
}

/** The glossary as TypeScript, so that a compiler checks what an application writes. */
export function tagGlossaryTypes({ tags, unknown }: TagGlossary): string {
  const lines = [...tags].map(([key, { description, values }]) => {
    const type = values === undefined ? 'string' : values.map((value) => JSON.stringify(value)).join(' | ');
    const comment = description === undefined ? '' : `  /** ${description.replaceAll('*/', '* /')} */\n`;
    return `${comment}  readonly ${key}?: ${type} | undefined;`;
  });
  const others = unknown === 'keep' ? '' : '\n// Other keys are left out of a call.';
  return `/** The tags of tags.yaml. \`withTags({ … } satisfies AppTags, fn)\` */\nexport interface AppTags {\n${lines.join('\n')}\n}${others}\n`;
}

function problemOf({ values, pattern, lengthMax, pii }: TagDefinition, value: string): string | undefined {
  if (pii === 'reject') return 'holds personal data, which the glossary refuses';
  if (values !== undefined && !values.includes(value)) return `is none of ${values.join(', ')}`;
  if (value.length > lengthMax) return `has ${value.length} characters; at most ${lengthMax} are allowed`;
  return pattern === undefined || pattern.test(value) ? undefined : `does not match ${pattern.source}`;
}

function definitionOf(value: unknown, at: string, findings: Finding[]): TagDefinition {
  const given = objectOr(value, at, findings);
  refuseOthers(given, ['description', 'required', 'values', 'pattern', 'length_max', 'pii'], at, findings);
  const {
    description,
    required = [],
    values,
    pattern,
    length_max: length = TAG_VALUE_LENGTH_MAX,
    pii = 'keep',
  } = given;
  const lengthMax = typeof length === 'number' && length > 0 && length <= TAG_VALUE_LENGTH_MAX ? length : undefined;
  if (lengthMax === undefined) {
    findings.push({ at: `${at}.length_max`, code: 'TAG_LENGTH', message: `must be 1 to ${TAG_VALUE_LENGTH_MAX}` });
  }
  const expression = patternOf(pattern, `${at}.pattern`, findings);
  return {
    ...(typeof description === 'string' ? { description } : {}),
    required: required === true ? 'all' : required === false ? [] : textsOf(required, `${at}.required`, findings),
    ...(values === undefined ? {} : { values: textsOf(values, `${at}.values`, findings) }),
    ...(expression === undefined ? {} : { pattern: expression }),
    lengthMax: lengthMax ?? TAG_VALUE_LENGTH_MAX,
    pii: oneOf(pii, PII_RULES, `${at}.pii`, findings),
  };
}

function patternOf(value: unknown, at: string, findings: Finding[]): RegExp | undefined {
  if (value === undefined) return undefined;
  try {
    if (typeof value === 'string') return new RegExp(`^(?:${value})$`, 'u');
  } catch {}
  findings.push({ at, code: 'TAG_PATTERN', message: 'is no regular expression' });
  return undefined;
}

function textsOf(value: unknown, at: string, findings: Finding[]): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  findings.push({ at, code: 'TAG_LIST', message: 'must be a list of texts' });
  return [];
}

function oneOf<T extends string>(value: unknown, allowed: readonly [T, ...T[]], at: string, findings: Finding[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) findings.push({ at, code: 'TAG_RULE', message: `must be one of ${allowed.join(', ')}` });
  return found ?? allowed[0];
}

function objectOr(value: unknown, at: string, findings: Finding[]): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  findings.push({ at, code: 'TAG_GLOSSARY', message: 'must be a mapping' });
  return {};
}

function refuseOthers(given: object, known: readonly string[], at: string, findings: Finding[]): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      findings.push({ at: `${at}.${key}`, code: 'TAG_FIELD', message: `is no field; known: ${known.join(', ')}` });
    }
  }
}
