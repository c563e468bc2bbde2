import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { glossTags, parseTagGlossary, type TagGlossary, type Tags } from '@costspan/usage';
import { parse } from 'yaml';
import { guarded, sayOnce } from '../say-once.ts';
import { MissingTagsError } from './missing-tags-error.ts';
import { settleTags, type TagChanges } from './tag-changes.ts';

/** The tags of one call, and what is known about them. */
export interface CallTags {
  readonly tags: Tags;
  /** `customer_id=context,team=process`; empty without tags. */
  readonly sources: string;
  readonly missing: readonly string[];
}

/** A glossary in force, with what it needs beside its text. */
export interface TagPolicy {
  readonly glossary: TagGlossary;
  /** Of the process, where a call has no tag `environment`. */
  readonly environment: string;
  hash(value: string): string;
}

/** Places where tags are set, weakest first. */
export interface TagPlaces {
  readonly process: TagChanges;
  readonly client: TagChanges;
  readonly context: TagChanges;
  readonly call: TagChanges;
}

/**
 * What is left when every place has spoken and the glossary has been asked.
 * @throws {MissingTagsError} where the glossary asks for it.
 */
export function tagsOfCall(places: TagPlaces, policy: TagPolicy | undefined): CallTags {
  const settled = settleTags([places.process, places.client, places.context, places.call]);
  if (policy === undefined) return { tags: settled, sources: sourcesOf(settled, places), missing: [] };
  const environment = settled['environment'] ?? policy.environment;
  const { tags, findings, missing, onMissing } = glossTags(policy.glossary, settled, environment, policy.hash);
  for (const { at, message } of findings) sayOnce(`glossary:${at}:${message}`, `tag ${at} ${message}`);
  if (missing.length > 0 && onMissing === 'throw') throw new MissingTagsError(missing, environment);
  if (missing.length > 0 && onMissing === 'warn') {
    sayOnce(`tags:missing:${missing.join()}`, `calls lack the tags ${missing.join(', ')}, which tags.yaml requires`);
  }
  return { tags, sources: sourcesOf(tags, places), missing };
}

/** Strongest first: the first place that speaks of a key has set it. */
const STRENGTH = ['call', 'context', 'client', 'process'] as const;

function sourcesOf(tags: Tags, places: TagPlaces): string {
  let sources = '';
  for (const key of Object.keys(tags)) {
    const source = STRENGTH.find((place) => places[place].has(key));
    sources += `${sources === '' ? '' : ','}${key}=${source ?? 'process'}`;
  }
  return sources;
}

/** Most different personal values whose hash is remembered. */
const HASHES_MAX = 1_000;

/**
 * Reads the glossary of the configuration: a path of YAML or JSON, or what such a file holds. A file with mistakes is said
 * with all of them, and then there is no glossary: calls go on.
 */
export function tagPolicy(glossary: unknown, env: NodeJS.ProcessEnv): TagPolicy | undefined {
  const given = glossary ?? env['COSTSPAN_TAGS_FILE'];
  if (given === undefined) return undefined;
  return guarded('reading the tag glossary', () => {
    const isPath = typeof given === 'string';
    const subject = isPath ? given : 'glossary';
    const salt = env['COSTSPAN_TAG_SALT'] ?? '';
    const hashes = new Map<string, string>();
    return {
      glossary: parseTagGlossary(isPath ? parse(readFileSync(given, 'utf8')) : given, subject),
      environment: env['COSTSPAN_ENVIRONMENT'] ?? env['NODE_ENV'] ?? 'default',
      hash(value) {
        const known = hashes.get(value);
        if (known !== undefined) return known;
        const hash = `h_${createHmac('sha256', salt).update(value).digest('hex').slice(0, 32)}`;
        if (hashes.size < HASHES_MAX) hashes.set(value, hash);
        return hash;
      },
    };
  });
}
