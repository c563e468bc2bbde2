import { USAGE_SOURCES } from './sources/index.ts';
import {
  CountReader,
  contradictions,
  type ExtractedUsage,
  isObject,
  type JsonObject,
  type UsageSource,
} from './sources/usage-source.ts';

export interface ExtractInput {
  /** A `gen_ai.provider.name` value; `azure` and `azure.openai` are understood too. */
  readonly provider: string;
  /** `chat`, `responses`, `embeddings`, `messages`, …; without it (or with `default`) the shape of the usage decides. */
  readonly api?: string;
  /** A provider's response, or its usage object alone. */
  readonly body: unknown;
}

const PROVIDER_SPELLINGS: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  'azure.openai': 'azure.ai.openai',
};

/**
 * A provider's own words into meters. Never throws: what cannot be read is a finding, and usage nobody reported is
 * `unavailable`, not zero.
 */
export function extractUsage(input: ExtractInput): ExtractedUsage {
  if (!isObject(input.body)) {
    return nothing('body', 'BODY_FORMAT', 'the body must be a JSON object: a response or its usage object');
  }
  const body = input.body;
  const provider = PROVIDER_SPELLINGS[input.provider] ?? input.provider;
  const candidates = USAGE_SOURCES.filter((source) => source.providers.includes(provider));
  if (candidates.length === 0) {
    return nothing(
      'provider',
      'PROVIDER_UNKNOWN',
      `no usage shape is known for provider "${input.provider}"; known: ${knownProviders().join(', ')}`,
      body,
    );
  }
  const usage = usageOf(body, candidates);
  if (usage === undefined) return nothing('body.usage', 'USAGE_ABSENT', 'the body holds no usage object', body);
  const named =
    input.api === undefined || input.api === 'default'
      ? candidates
      : candidates.filter((source) => source.apis.includes(input.api as string));
  if (named.length === 0) {
    return nothing(
      'api',
      'API_UNKNOWN',
      `provider "${input.provider}" has no api "${input.api}"; known: ${candidates.flatMap((source) => source.apis).join(', ')}`,
      body,
    );
  }
  const source =
    named.find((candidate) => candidate.matches(usage)) ??
    (input.api === undefined || input.api === 'default' ? undefined : named[0]);
  if (source === undefined)
    return nothing(
      'body.usage',
      'USAGE_SHAPE',
      'the usage object has no shape that this provider is known to send',
      body,
    );
  return extractWith(source, body, usage);
}

/** The same, when the caller knows the shape: an instrumented SDK does. `usage` is part of `body` unless given. */
export function extractWith(source: UsageSource, body: JsonObject, usage: unknown = body['usage']): ExtractedUsage {
  if (!isObject(usage)) return nothing('body.usage', 'USAGE_ABSENT', 'the body holds no usage object', body);
  const read = new CountReader();
  const { meters, context = {}, subUsages = [] } = source.extract(body, usage, read);
  return {
    ...modelOf(body),
    usage: { meters, status: Object.keys(meters).length === 0 ? 'unavailable' : 'reported' },
    context,
    subUsages,
    source: source.name,
    findings: [...read.findings, ...contradictions(meters)],
  };
}

function usageOf(body: JsonObject, candidates: readonly UsageSource[]): JsonObject | undefined {
  if (isObject(body['usage'])) return body['usage'];
  return candidates.some((source) => source.matches(body)) ? body : undefined;
}

function modelOf(body: JsonObject): { readonly model?: string } {
  return typeof body['model'] === 'string' ? { model: body['model'] } : {};
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
