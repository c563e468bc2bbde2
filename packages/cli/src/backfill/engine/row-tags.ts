import { type Finding, isObject, isTagKey, type JsonObject, parseTags, TAG_KEY_LENGTH_MAX } from '@costspan/usage';
import { InvalidArgumentError } from 'commander';
import type { BackfillCall, BackfillFormat } from '../backfill-format.ts';

/** What the command line says about tags. */
export interface TagOptions {
  /** `field=tag`; an empty tag takes the field out. */
  readonly map: readonly string[];
  /** `tag=value` for every row. */
  readonly tag: readonly string[];
}

/** Says which format a row came from, and of how long a time it is the sum. */
export const IMPORT_TAG = 'import';
export const BUCKET_TAG = 'bucket';

/** Gives every row of a format its tags. */
export class RowTags {
  readonly #fields: readonly (readonly [path: readonly string[], tag: string])[];
  readonly #fixed: Readonly<Record<string, string>>;

  /** @throws InvalidArgumentError when an option is not `field=tag` or names no tag. */
  constructor(format: BackfillFormat, options: TagOptions) {
    const fields = new Map(Object.entries(format.tags));
    for (const text of options.map) {
      const [field, tag] = pair(text, '--map', 'field=tag');
      if (tag !== '') checkKey(tag, '--map');
      // What is mapped by hand stands above what would be mapped to the same tag by default.
      for (const [other, already] of fields) if (already === tag && format.tags[other] === tag) fields.delete(other);
      fields.delete(field);
      if (tag !== '') fields.set(field, tag);
    }
    this.#fields = [...fields].map(([field, tag]) => [field.split('.'), tag]);
    this.#fixed = { ...Object.fromEntries(options.tag.map(fixedTag)), [IMPORT_TAG]: format.name };
  }

  /** The tags of a row; what does not fit is a finding and is left out. Fixed tags stand above fields, fields above the row's own. */
  of(call: BackfillCall): { readonly tags: Readonly<Record<string, string>>; readonly findings: readonly Finding[] } {
    const found: Record<string, unknown> = { ...call.ownTags };
    for (const [path, tag] of this.#fields) {
      const value = valueAt(call.fields, path);
      if (value !== undefined) found[tag] = value;
    }
    Object.assign(found, this.#fixed);
    if (call.bucket !== undefined) found[BUCKET_TAG] = call.bucket;
    return parseTags(found, 'tags');
  }
}

function valueAt(fields: JsonObject, path: readonly string[]): unknown {
  let value: unknown = fields;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value === null || value === '' ? undefined : value;
}

function fixedTag(text: string): readonly [string, string] {
  const [tag, value] = pair(text, '--tag', 'tag=value');
  checkKey(tag, '--tag');
  return [tag, value];
}

function pair(text: string, option: string, form: string): readonly [string, string] {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError(`${option} "${text}" must be ${form}`);
  const split = option === '--tag' ? text.indexOf('=') : at;
  return [text.slice(0, split), text.slice(split + 1)];
}

function checkKey(tag: string, option: string): void {
  if (isTagKey(tag)) return;
  throw new InvalidArgumentError(
    `${option}: "${tag}" is not a tag; use snake_case of at most ${TAG_KEY_LENGTH_MAX} characters`,
  );
}
