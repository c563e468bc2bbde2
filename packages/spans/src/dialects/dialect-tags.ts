import { isTagKey, TAG_VALUE_LENGTH_MAX } from '@costspan/usage';
import type { AttributeValue } from '../span.ts';
import { parseJsonObject } from './json-text.ts';

/**
 * Collects the tags that a dialect's own fields mean. The rule is one for every dialect: the key in snake_case
 * (`customerId` and `customer.id` are `customer_id`), a few spellings of first-class tags, the first value found. What is no
 * short text, number or boolean is left out without a word: nobody said that it was a tag.
 */
export class TagCollector {
  readonly #tags: Record<string, AttributeValue> = {};
  #conversationId: string | undefined;

  get tags(): Readonly<Record<string, AttributeValue>> {
    return this.#tags;
  }

  /** A session, thread or conversation among the fields: not a tag, but what the calls of one talk have in common. */
  get conversationId(): string | undefined {
    return this.#conversationId;
  }

  /** Adds a field under the key that its name means. */
  add(name: string, value: unknown): void {
    const key = tagKeyOf(name);
    if (key === undefined || !isTagValue(value)) return;
    if (CONVERSATIONS.has(key)) this.#conversationId ??= String(value);
    else this.addAs(key, value);
  }

  /** Adds a value under a key that is a tag key already. */
  addAs(key: string, value: unknown): void {
    if (isTagValue(value) && !Object.hasOwn(this.#tags, key)) this.#tags[key] = value;
  }

  /** Adds the fields of a JSON object; deeper ones are not tags. */
  addFields(text: AttributeValue | undefined): void {
    const fields = parseJsonObject(text);
    if (fields === undefined) return;
    for (const [name, value] of Object.entries(fields)) this.add(name, value);
  }

  /** Adds labels that name a key: `customer:acme`, `customer=acme`. One without a key is not a tag. */
  addLabels(text: AttributeValue | undefined): void {
    const labels = parseJsonObject(
      typeof text === 'string' && text.startsWith('[') ? `{"labels":${text}}` : undefined,
    )?.labels;
    if (!Array.isArray(labels)) return;
    for (const label of labels.slice(0, LABELS_MAX)) {
      if (typeof label !== 'string') continue;
      const colon = label.indexOf(':');
      const at = colon > 0 ? colon : label.indexOf('=');
      if (at > 0) this.add(label.slice(0, at), label.slice(at + 1).trim());
    }
  }
}

const LABELS_MAX = 64;

const CONVERSATIONS: ReadonlySet<string> = new Set(['session_id', 'conversation_id', 'thread_id', 'chat_id']);

/** Other names of first-class tags. */
const ALIASES: Readonly<Record<string, string>> = {
  user_id: 'user',
  customer: 'customer_id',
  feature: 'feature_name',
  env: 'environment',
  team_id: 'team',
};

/** Keys seen so far; what comes after the last that fits is worked out each time. */
const keys = new Map<string, string | undefined>();
const KEYS_MAX = 4096;
const NAME_LENGTH_MAX = 128;

function tagKeyOf(name: string): string | undefined {
  if (name.length > NAME_LENGTH_MAX) return undefined;
  if (keys.has(name)) return keys.get(name);
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  const key = isTagKey(snake) ? (Object.hasOwn(ALIASES, snake) ? ALIASES[snake] : snake) : undefined;
  if (keys.size < KEYS_MAX) keys.set(name, key);
  return key;
}

function isTagValue(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value !== '' && value.length <= TAG_VALUE_LENGTH_MAX;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
