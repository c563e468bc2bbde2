import type { CallRecord } from '@costspan/usage';
import type { Tracer } from '@opentelemetry/api';
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import type { CallMetrics } from './call-metrics.ts';
import { type ContentConfig, contentConfig } from './content/content-capture.ts';
import { CONVENTIONS, type Conventions } from './conventions.ts';
import type { SentTags } from './gateways/send-tags.ts';
import type { QuotaPolicy } from './quota/call-quota.ts';
import type { QuotaConfig } from './quota/quota-config.ts';
import { sayOnce } from './say-once.ts';
import { type TagPolicy, tagPolicy } from './tags/call-policy.ts';
import { NO_TAGS, overlayTags, readTagChanges, type TagChanges, type TagInput } from './tags/tag-changes.ts';
import type { UsageSink, UsageSinkConfig } from './usage-sink/usage-sink.ts';

/** Configuration of `CostspanInstrumentation`. Every field has a default. */
export interface CostspanInstrumentationConfig extends InstrumentationConfig {
  /** Tags of every call of this process; the weakest place. Laid over `COSTSPAN_TAGS` (`team=growth,environment=prod`). */
  readonly tags?: TagInput;
  /**
   * Hosts, beside OpenAI's, Azure's and this machine, that understand `stream_options.include_usage`, which chat streams
   * need to report usage: host names, or endings that start with a dot. Added to `COSTSPAN_INCLUDE_USAGE_HOSTS`
   * (comma-separated).
   */
  readonly includeUsageHosts?: readonly string[];
  /** `false` never adds `stream_options.include_usage`. Streams that do not ask for usage then have none. Default `true`. */
  readonly injectIncludeUsage?: boolean;
  /** A stream that nobody reads for this long is ended as `abandoned`. Default 300,000 ms. */
  readonly streamIdleTimeoutMs?: number;
  /** `false` installs no ES module hook; then only CommonJS copies, `instrumentClient` and hooks of others are seen. Default `true`. */
  readonly esmHook?: boolean;
  /**
   * Called with every finished call, sampled or not, so that bills do not depend on trace sampling. Runs in the
   * application's process right after the call: hand over and return. What it throws is caught and said once.
   */
  readonly onCall?: (call: CallRecord) => void;
  /**
   * Which tags there are and what is asked of them: a path of `tags.yaml`, or what such a file holds. Or `COSTSPAN_TAGS_FILE`.
   * Values that it hashes are keyed with `COSTSPAN_TAG_SALT`.
   */
  readonly glossary?: string | object;
  /** Hosts to which tags are sent, in the way each of them takes tags. None unless given. */
  readonly sendTags?: readonly SentTags[];
  /**
   * What becomes of an SDK's own spans (Anthropic's). `own`, the default: they are off, and our span stands for the call.
   * `enrich`: they stay, `CostspanSpanProcessor` puts the tags on them, and we make none.
   */
  readonly nativeSpans?: 'own' | 'enrich';
  /** Names of spans and metrics. Default `latest`. Or `COSTSPAN_CONVENTIONS`. */
  readonly conventions?: Conventions;
  /** Tags that become dimensions of metrics, at most 100 values each. None unless given. */
  readonly metricTags?: readonly string[];
  /**
   * Keeps prompts and answers. Off unless `true`, an object, or `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`.
   */
  readonly captureContent?: boolean | ContentConfig;
  /**
   * Tells a collector of every call, sampled or not, beside the spans. Or `COSTSPAN_USAGE_URL`. Await `flush()` or `shutdown()` of the
   * instrumentation when the process ends. Replaced with `setConfig`.
   */
  readonly usageSink?: UsageSinkConfig;
  /** Refuses calls above their limits before they are made. Off by default. Replaced with `setConfig`. */
  readonly quota?: QuotaConfig;
}

/** The configuration, checked and filled. */
export interface CallSettings {
  readonly tags: TagChanges;
  readonly includeUsageHosts: readonly string[];
  readonly streamIdleTimeoutMs: number;
  readonly onCall: ((call: CallRecord) => void) | undefined;
  readonly tagPolicy: TagPolicy | undefined;
  readonly sendTags: readonly SentTags[];
  readonly nativeSpans: 'own' | 'enrich';
  readonly conventions: Conventions;
  readonly content: ContentConfig | undefined;
}

/** Whoever observes calls: a tracer and settings, both replaceable while the process runs. */
export interface CallObserver {
  readonly tracer: Tracer;
  readonly settings: CallSettings;
  /** Absent where no quota is enforced. */
  readonly quota?: QuotaPolicy | undefined;
  /** Absent where calls are told by their spans alone. */
  readonly sink?: UsageSink | undefined;
  readonly metrics?: CallMetrics | undefined;
}

const STREAM_IDLE_TIMEOUT_MS = 300_000;

/**
 * Hosts whose chat streams report usage when asked: OpenAI's and Azure's (API references, read 2026-11-20), and this
 * machine, where gateways and model servers listen (LiteLLM, vLLM, Ollama, LM Studio) that understand the option or
 * ignore it.
 */
const INCLUDE_USAGE_HOSTS = [
  'api.openai.com',
  '.api.openai.com',
  '.openai.azure.com',
  '.cognitiveservices.azure.com',
  'localhost',
  '127.0.0.1',
  '::1',
];

/** Never throws: a value that cannot be used is said once, and its default is used. */
export function callSettings(config: CostspanInstrumentationConfig, env: NodeJS.ProcessEnv): CallSettings {
  const hosts = listOf(env['COSTSPAN_INCLUDE_USAGE_HOSTS']);
  return {
    tags: overlayTags(
      tagsFromText(env['COSTSPAN_TAGS']),
      config.tags === undefined ? NO_TAGS : readTagChanges(config.tags, 'tags'),
    ),
    includeUsageHosts:
      config.injectIncludeUsage === false
        ? []
        : [...INCLUDE_USAGE_HOSTS, ...hosts, ...(config.includeUsageHosts ?? [])],
    streamIdleTimeoutMs: idleTimeoutOf(config),
    onCall: config.onCall,
    tagPolicy: tagPolicy(config.glossary, env),
    sendTags: config.sendTags ?? [],
    nativeSpans: config.nativeSpans ?? 'own',
    conventions: conventionsOf(config.conventions ?? env['COSTSPAN_CONVENTIONS']),
    content: contentConfig(config.captureContent, env),
  };
}

function conventionsOf(asked: string | undefined): Conventions {
  const known = CONVENTIONS.find((one) => one === asked);
  if (known === undefined && asked !== undefined) {
    sayOnce('config:conventions', `conventions must be one of ${CONVENTIONS.join(', ')}, not ${asked}; latest is used`);
  }
  return known ?? 'latest';
}

function idleTimeoutOf({ streamIdleTimeoutMs = STREAM_IDLE_TIMEOUT_MS }: CostspanInstrumentationConfig): number {
  if (Number.isFinite(streamIdleTimeoutMs) && streamIdleTimeoutMs > 0) return streamIdleTimeoutMs;
  sayOnce(
    'config:streamIdleTimeoutMs',
    `streamIdleTimeoutMs must be a number of milliseconds above 0, not ${streamIdleTimeoutMs}; ${STREAM_IDLE_TIMEOUT_MS} is used`,
  );
  return STREAM_IDLE_TIMEOUT_MS;
}

/** `team=growth,environment=prod`; percent-encoding as in `OTEL_RESOURCE_ATTRIBUTES`. */
function tagsFromText(text: string | undefined): TagChanges {
  const tags: Record<string, string> = {};
  for (const pair of listOf(text)) {
    const at = pair.indexOf('=');
    tags[pair.slice(0, at === -1 ? undefined : at).trim()] = at === -1 ? '' : decoded(pair.slice(at + 1).trim());
  }
  return readTagChanges(tags, 'COSTSPAN_TAGS');
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
