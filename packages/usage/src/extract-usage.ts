import { batchAnswer } from './batch-line.ts';
import { contradictions } from './contradictions.ts';
import type { Finding } from './errors.ts';
import { usageProvider } from './extract-usage-provider.ts';
import type { Meter, Meters } from './meters.ts';
import { CountReader } from './sources/count-reader.ts';
import { USAGE_SOURCES } from './sources/index.ts';
import { isObject, type JsonObject } from './sources/json-object.ts';
import type { ExtractedUsage, UsageSource } from './sources/usage-source.ts';
import { COUNT_MAX } from './usage.ts';

export interface ExtractInput {
  /** A `gen_ai.provider.name` value, a catalogue id, or a common spelling of either. */
  readonly provider: string;
  /** `chat`, `responses`, `embeddings`, `messages`, …; without it (or with `default`) the shape of the usage decides. */
  readonly api?: string;
  /** A provider's response, the event that ends its stream, a line of a batch's result file, or a usage object alone. */
  readonly body: unknown;
  /** Response headers in lower case. A few hosts state counts or the cost only there. */
  readonly headers?: JsonObject;
}

/** Where the event that ends a stream keeps the answer or its usage. */
const ENVELOPES = ['response', 'interaction', 'message', 'delta', 'metadata'] as const;
const NO_HEADERS: JsonObject = {};

interface Found {
  readonly source: UsageSource;
  readonly answer: JsonObject;
  readonly usage: JsonObject;
}

/**
 * A provider's own words into meters. Never throws: what cannot be read is a finding, and usage nobody reported is
 * `unavailable`, not zero. The named API is asked first; a usage object of another shape that this provider sends is
 * believed over the name.
 */
export function extractUsage(input: ExtractInput): ExtractedUsage {
  const { body } = input;
  if (!isObject(body)) {
    return nothing('body', 'BODY_FORMAT', 'the body must be a JSON object: a response or its usage object');
  }
  const answer = batchAnswer(body);
  if (answer === undefined) return extractAnswer(input, body);
  const extracted = extractAnswer(input, answer);
  return { ...extracted, context: { ...extracted.context, batch: true } };
}

function extractAnswer({ provider, api, headers = NO_HEADERS }: ExtractInput, body: JsonObject): ExtractedUsage {
  const spelled = usageProvider(provider);
  const known = USAGE_SOURCES.filter((source) => source.providers.includes(spelled));
  if (known.length === 0) {
    return nothing(
      'provider',
      'PROVIDER_UNKNOWN',
      `no usage shape is known for provider "${provider}"; known: ${knownProviders().join(', ')}`,
      body,
    );
  }
  const isNamed = api !== undefined && api !== 'default';
  const named = isNamed ? known.filter((source) => source.apis.includes(api)) : known;
  const answers = [body, ...ENVELOPES.map((key) => body[key]).filter(isObject)];
  const found =
    find(named, answers, headers, true) ??
    (isNamed && named.length > 0 ? find(known, answers, headers, true) : undefined) ??
    (isNamed ? find(named, answers, headers, false) : undefined);
  if (found !== undefined) return extractWith(found.source, found.answer, found.usage, headers);
  if (find(known, answers, headers, false) === undefined) {
    return nothing('body.usage', 'USAGE_ABSENT', 'the body holds no usage object', body);
  }
  if (named.length === 0) {
    return nothing(
      'api',
      'API_UNKNOWN',
      `provider "${provider}" has no api "${api}"; known: ${[...new Set(known.flatMap((source) => source.apis))].join(', ')}`,
      body,
    );
  }
  return nothing(
    'body.usage',
    'USAGE_SHAPE',
    'the usage object has no shape that this provider is known to send',
    body,
  );
}

/**
 * The same, when the caller knows the shape: an instrumented SDK does. `usage` is where the shape keeps it in `body` unless
 * given; `headers` are in lower case.
 */
export function extractWith(
  source: UsageSource,
  body: JsonObject,
  usage: unknown = locate(source, body, NO_HEADERS),
  headers: JsonObject = NO_HEADERS,
): ExtractedUsage {
  if (!isObject(usage)) return nothing('body.usage', 'USAGE_ABSENT', 'the body holds no usage object', body);
  const read = new CountReader();
  const extracted = source.extract(body, usage, read, headers);
  const { context = {} } = extracted;
  const meters = withinBounds(extracted.meters, read.findings);
  const subUsages = (extracted.subUsages ?? []).map((part) => ({
    model: part.model,
    meters: withinBounds(part.meters, read.findings),
  }));
  return {
    ...(extracted.model === undefined ? modelOf(body) : { model: extracted.model }),
    usage: { meters, status: Object.keys(meters).length === 0 ? 'unavailable' : 'reported' },
    context,
    subUsages,
    source: source.name,
    findings: [...read.findings, ...[meters, ...subUsages.map((part) => part.meters)].flatMap(contradictions)],
  };
}

/** Counts that are fine alone may add up to one that a double does not hold exactly. Such a sum is left out and named. */
function withinBounds(meters: Meters, findings: Finding[]): Meters {
  const names = Object.keys(meters) as Meter[];
  const over = names.filter((name) => (meters[name] as number) > COUNT_MAX);
  if (over.length === 0) return meters;
  for (const name of over) {
    findings.push({
      at: `usage.${name}`,
      code: 'COUNT_INVALID',
      message: `the sum is above ${COUNT_MAX}; it was left out`,
    });
  }
  return Object.fromEntries(names.filter((name) => !over.includes(name)).map((name) => [name, meters[name]]));
}

/** The first source, in the order of the list, whose shape one of the answers holds. A bare usage object is an answer too. */
function find(
  sources: readonly UsageSource[],
  answers: readonly JsonObject[],
  headers: JsonObject,
  mustMatch: boolean,
): Found | undefined {
  for (const source of sources) {
    for (const answer of answers) {
      const usage = locate(source, answer, headers);
      if (isObject(usage) && (!mustMatch || source.matches(usage))) return { source, answer, usage };
    }
    const bare = answers[0] as JsonObject;
    if (source.matches(bare)) return { source, answer: bare, usage: bare };
  }
  return undefined;
}

function locate(source: UsageSource, answer: JsonObject, headers: JsonObject): unknown {
  return source.locate === undefined ? answer['usage'] : source.locate(answer, headers);
}

function modelOf(body: JsonObject): { readonly model?: string } {
  const model = body['model'] ?? body['modelVersion'];
  return typeof model === 'string' ? { model } : {};
}

function knownProviders(): string[] {
  return [...new Set(USAGE_SOURCES.flatMap((source) => source.providers))].sort();
}

function nothing(at: string, code: string, message: string, body: JsonObject = {}): ExtractedUsage {
  return {
    ...modelOf(body),
    usage: { meters: {}, status: 'unavailable' },
    context: {},
    subUsages: [],
    findings: [{ at, code, message }],
  };
}
