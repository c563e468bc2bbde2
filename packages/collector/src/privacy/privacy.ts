import { type Finding, glossTags, TAG_PREFIX, type TagGlossary, type Tags } from '@costspan/usage';
import type { OtlpFormat, Span } from '../otlp/traces.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { redactJson } from './redact-json.ts';
import { redactProtobuf } from './redact-protobuf.ts';
import { REMOVED } from './replacements.ts';
import { PSEUDONYM, Subjects, subjectFileOf } from './subjects.ts';

export interface PrivacyConfig {
  readonly glossary: TagGlossary;
  /** Most persons whose pseudonyms are kept apart. */
  readonly subjectsMax: number;
}

export interface HeldTags {
  readonly tags: Tags;
  readonly findings: readonly Finding[];
}

/** Attributes that mean a tag beside its own: see `@costspan/spans`. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = { user: ['user.id', 'enduser.id'] };

/** Holds calls to the glossary at the door: behind it nobody has the plain value of a tag that names a person. */
export class Privacy {
  readonly subjects: Subjects;
  readonly #glossary: TagGlossary;
  readonly #metrics: SelfMetrics;
  /** Names of attributes, by the tag that they mean. */
  readonly #attributes: ReadonlyMap<string, string>;

  constructor(config: PrivacyConfig, data: string, metrics: SelfMetrics) {
    this.subjects = Subjects.open(subjectFileOf(data), config.subjectsMax);
    this.#glossary = config.glossary;
    this.#metrics = metrics;
    const personal = [...config.glossary.tags].filter(([, { pii }]) => pii !== 'keep').map(([tag]) => tag);
    this.#attributes = new Map(
      personal.flatMap((tag) => [`${TAG_PREFIX}${tag}`, ...(OTHER_NAMES[tag] ?? [])].map((name) => [name, tag])),
    );
  }

  /** Tags as they may be stored. */
  held(tags: Tags): HeldTags {
    const named = { ...tags };
    const findings: Finding[] = [];
    // Keyed by tag and value: the glossary's own hash knows only the value.
    const standIns: Record<string, string> = {};
    for (const [tag, value] of Object.entries(tags)) {
      if (this.#glossary.tags.get(tag)?.pii !== 'hash') continue;
      const standIn = this.#standIn(tag, value);
      if (standIn !== undefined) standIns[tag] = standIn;
      else {
        delete named[tag];
        this.#metrics.add('subjectsRefused');
        findings.push({
          at: tag,
          code: 'SUBJECTS_FULL',
          message: 'there is no room for another person; the tag was left out',
        });
      }
    }
    const glossed = glossTags(this.#glossary, named, tags['environment'] ?? '', (value) => value);
    const kept: Record<string, string> = { ...glossed.tags };
    for (const [tag, standIn] of Object.entries(standIns)) if (tag in kept) kept[tag] = standIn;
    return { tags: kept, findings: [...findings, ...glossed.findings] };
  }

  /** Tags of a question about a call, as the ledger has them. What is a pseudonym already stays one. */
  asStored(tags: Tags): Tags {
    const named = Object.entries(tags).map(([tag, value]) => {
      const isNamed = this.#glossary.tags.get(tag)?.pii === 'hash' && !PSEUDONYM.test(value);
      return [tag, isNamed ? (this.#standIn(tag, value) ?? REMOVED) : value] as const;
    });
    return Object.fromEntries(named.filter(([tag]) => this.#glossary.tags.get(tag)?.pii !== 'reject'));
  }

  /** A body that goes to others, without the persons that its spans name. */
  forwarded(body: Buffer, format: OtlpFormat, spans: readonly Span[], calls: readonly Tags[]): Buffer {
    const texts = new Map<string, string>();
    const name = (tag: string, value: unknown): void => {
      const text = String(value);
      if (text !== '' && !texts.has(text)) texts.set(text, this.#standIn(tag, text) ?? REMOVED);
    };
    for (const [attribute, tag] of this.#attributes) {
      for (const { attributes, resource } of spans) {
        for (const value of [attributes.get(attribute), resource.attributes.get(attribute)]) {
          if (value !== undefined) name(tag, value);
        }
      }
    }
    for (const tags of calls) {
      for (const tag of new Set(this.#attributes.values())) if (tags[tag] !== undefined) name(tag, tags[tag]);
    }
    if (texts.size === 0) return body;
    const replacements = { attributes: new Set(this.#attributes.keys()), texts };
    return format === 'json' ? redactJson(body, replacements) : redactProtobuf(body, replacements);
  }

  #standIn(tag: string, value: string): string | undefined {
    return this.#glossary.tags.get(tag)?.pii === 'hash' ? this.subjects.pseudonymOf(tag, value) : undefined;
  }
}
