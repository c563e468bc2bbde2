import { DEFAULT_METRICS, TEMPORALITIES } from '../metrics/metrics-config.ts';
import { TARGET_FORMATS } from '../quota/quota-config.ts';
import { COMPRESSIONS } from './collector-config.ts';

/** One option of `costspan.yaml`: what the README's table prints and what `parseConfig` checks. */
export type Option = {
  /** One sentence. */
  readonly about: string;
  /** What 0, or the empty value, means. */
  readonly zero: string;
} & (
  | {
      readonly kind: 'integer';
      readonly unit: string;
      readonly default: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'text'; readonly default: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly kind: 'texts'; readonly default: readonly string[] }
  | {
      readonly kind: 'counts';
      readonly unit: string;
      /** Entries of the file stand over these, one by one. */
      readonly default: Readonly<Record<string, number>>;
      readonly max: number;
    }
);

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** A century. */
const DAYS_MAX = 36_525;

/** The options at the top of the file. `retention`, `cors`, `metrics`, `quota` and `exporters` are beside them and have options of their own. */
export const COLLECTOR_OPTIONS = {
  listen: {
    kind: 'text',
    default: '127.0.0.1:4318',
    about: 'Address and port for OTLP/HTTP, the API and the page; beyond loopback it needs `ingestKeys`.',
    zero: 'Port 0 takes any free port.',
  },
  grpcListen: {
    kind: 'text',
    default: '',
    about: 'Address and port for OTLP over gRPC; `none` turns it off.',
    zero: 'Not set: port 4317 beside a `listen` on port 4318, as far as it is free; else none. Port 0 takes any free port.',
  },
  data: {
    kind: 'text',
    default: './.costspan',
    about: 'Directory of the ledger; `:memory:` keeps it in memory and loses it at the end.',
    zero: 'An empty path is refused.',
  },
  ingestKeys: {
    kind: 'texts',
    default: [],
    about: 'Bearer keys that may send spans and read the API; environment variables in braces are filled in.',
    zero: 'No keys: nobody is asked, and only loopback is allowed.',
  },
  cards: {
    kind: 'texts',
    default: [],
    about: 'Price card files over the bundled catalogue, lowest first; a changed file is in force within seconds.',
    zero: 'No files: the bundled prices.',
  },
  fx: {
    kind: 'text',
    default: '',
    about: 'File of exchange rates, for cards in other currencies than US dollars; followed like the card files.',
    zero: 'Not set: calls priced in another currency have no cost, for the reason `fx_missing`.',
  },
  lateAfterMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: HOUR_MS,
    min: 0,
    max: 31 * 24 * HOUR_MS,
    about:
      'A call that is received this long after it ended is marked late, unless that was before the ledger was made.',
    zero: '0 marks every call that came after it ended.',
  },
  bodyBytesMax: {
    kind: 'integer',
    unit: 'bytes',
    default: 64 * MEBIBYTE,
    min: 1024,
    max: 1024 * MEBIBYTE,
    about: 'Largest request body, before and after decompression; a larger one is answered 413.',
    zero: '0 is refused.',
  },
  inflightBytesMax: {
    kind: 'integer',
    unit: 'bytes',
    default: 256 * MEBIBYTE,
    min: 1024,
    max: 64 * 1024 * MEBIBYTE,
    about: 'Most bytes of bodies held at a time; beyond it requests are answered 503 and come again.',
    zero: '0 is refused.',
  },
  commitIntervalMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 250,
    min: 0,
    max: 60_000,
    about:
      'How long acknowledged calls wait in the journal for others before they are written to the ledger. Questions do not wait for it.',
    zero: '0 writes each request to the ledger before it is acknowledged, without a journal.',
  },
  inflightCallsMax: {
    kind: 'integer',
    unit: 'calls',
    default: 50_000,
    min: 1,
    max: 10_000_000,
    about: 'Most calls that wait to be written to the ledger; beyond it requests are answered 503 and come again.',
    zero: '0 is refused.',
  },
  requestTimeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 30_000,
    min: 0,
    max: HOUR_MS,
    about: 'Longest time a client may take to send one request; a slower one is answered 408.',
    zero: '0 waits for ever.',
  },
  connectionsMax: {
    kind: 'integer',
    unit: 'connections',
    default: 1024,
    min: 1,
    max: 1_000_000,
    about: 'Most connections open at a time; further ones are closed at once and counted.',
    zero: '0 is refused.',
  },
  closeTimeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 10_000,
    min: 0,
    max: HOUR_MS,
    about: 'Longest time that closing waits for open requests, and then again for exporters to deliver.',
    zero: '0 does not wait; what was acknowledged is in the ledger all the same.',
  },
} as const satisfies Record<string, Option>;

/** How long the ledger keeps what. Sums by hour stay when the calls behind them go. */
export const RETENTION_OPTIONS = {
  callsDays: {
    kind: 'integer',
    unit: 'days',
    default: 0,
    min: 0,
    max: DAYS_MAX,
    about: 'Days after which single calls are deleted; their sums by hour stay, so totals do not change.',
    zero: '0 keeps them for ever.',
  },
  contextDays: {
    kind: 'integer',
    unit: 'days',
    default: 0,
    min: 0,
    max: DAYS_MAX,
    about: 'Days after which agent, workflow and tool spans are deleted.',
    zero: '0 keeps them for ever.',
  },
  hoursDays: {
    kind: 'integer',
    unit: 'days',
    default: 0,
    min: 0,
    max: DAYS_MAX,
    about: 'Days after which the sums by hour are deleted too, and with them that time.',
    zero: '0 keeps them for ever.',
  },
} as const satisfies Record<string, Option>;

export const CORS_OPTIONS = {
  origins: {
    kind: 'texts',
    default: [],
    about:
      'Origins whose pages may send spans from a browser, such as `https://app.example.com`; one `*` stands for any part of a name.',
    zero: 'No origins: no page is invited.',
  },
} as const satisfies Record<string, Option>;

/** What is told about calls at `/metrics`. `otlp` is beside them. */
export const METRICS_OPTIONS = {
  labels: {
    kind: 'counts',
    unit: 'values',
    default: DEFAULT_METRICS.labels,
    max: 100_000,
    about:
      'Most values of each label; further ones are `(other)`. `provider`, `model`, `operation` and `service` are of the call, any other name is a tag.',
    zero: 'A label at 0 is left out.',
  },
  seriesMax: {
    kind: 'integer',
    unit: 'series',
    default: DEFAULT_METRICS.seriesMax,
    min: 1,
    max: 1_000_000,
    about:
      'Most combinations of labels that are counted apart; further ones fold into `(other)`, and totals stay whole.',
    zero: '0 is refused.',
  },
  histogramSeriesMax: {
    kind: 'integer',
    unit: 'series',
    default: DEFAULT_METRICS.histogramSeriesMax,
    min: 1,
    max: 100_000,
    about: 'The same for each histogram, of which every series is some fifteen lines.',
    zero: '0 is refused.',
  },
} as const satisfies Record<string, Option>;

/** The push of the same metrics, beside `headers` (name: text). */
export const METRICS_OTLP_OPTIONS = {
  endpoint: {
    kind: 'text',
    default: '',
    about: 'OTLP/HTTP base URL to which metrics are pushed; `/v1/metrics` is appended unless the path ends so.',
    zero: 'Required where `metrics.otlp` is set; without it nothing is pushed.',
  },
  temporality: {
    kind: 'choice',
    choices: TEMPORALITIES,
    default: 'cumulative',
    about: 'Whether a push tells sums since the start or since the last push that arrived; Datadog wants `delta`.',
    zero: '`cumulative` is what Prometheus wants.',
  },
  intervalMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 60_000,
    min: 100,
    max: HOUR_MS,
    about: 'Time between pushes; closing pushes once more.',
    zero: '0 is refused.',
  },
  timeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 10_000,
    min: 1,
    max: HOUR_MS,
    about: 'Longest time one push may take, retries included.',
    zero: '0 is refused.',
  },
} as const satisfies Record<string, Option>;

/** Limits on what may be used. `alerts` (name: target) is beside them. */
export const QUOTA_OPTIONS = {
  rules: {
    kind: 'text',
    default: '',
    about:
      'File of quota rules; a changed file is in force within seconds, a bad one is refused and the last good rules stay.',
    zero: 'Not set: only the limits of `quota.plans`.',
  },
  plans: {
    kind: 'text',
    default: '',
    about: 'File of plans: what each customer has bought; followed like the rules.',
    zero: 'Not set: no plans.',
  },
  store: {
    kind: 'text',
    default: 'memory',
    about:
      'Where counters live: `memory` of this process, or `redis://…`, `rediss://…`, `unix://…` for several collectors.',
    zero: '`memory` is counted from the ledger at every start.',
  },
  storePrefix: {
    kind: 'text',
    default: 'costspan:{quota}:',
    about: 'Begins every key in Redis; the part in braces keeps them in one slot of a cluster.',
    zero: 'An empty one is refused.',
  },
  storeTimeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 250,
    min: 1,
    max: 60_000,
    about: 'Longest time one command to Redis may take; then the rule says what happens (`on_store_failure`).',
    zero: '0 is refused.',
  },
  replicas: {
    kind: 'integer',
    unit: 'collectors',
    default: 1,
    min: 1,
    max: 1000,
    about:
      'Collectors that share the counters; each has so small a share of a limit while the store is away (`degraded`).',
    zero: '0 is refused.',
  },
  budgetStatus: {
    kind: 'choice',
    choices: ['429', '402'],
    default: '429',
    about: 'Status of a refusal by a budget; one by a rate is always 429.',
    zero: '`429` is what SDKs know how to wait for.',
  },
  feedCallsMax: {
    kind: 'integer',
    unit: 'calls',
    default: 100_000,
    min: 1,
    max: 10_000_000,
    about:
      'Most calls of the ledger that wait to be counted; beyond them the ledger is counted again, and that is counted too.',
    zero: '0 is refused.',
  },
  burnIntervalMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 15_000,
    min: 100,
    max: HOUR_MS,
    about: 'Time between two looks at how fast budgets are used.',
    zero: '0 is refused.',
  },
  burnBucketsMax: {
    kind: 'integer',
    unit: 'buckets',
    default: 10_000,
    min: 1,
    max: 100_000,
    about: 'Most buckets of a limit whose burn is known, those that used most.',
    zero: '0 is refused.',
  },
  metricsBucketsMax: {
    kind: 'integer',
    unit: 'buckets',
    default: 1000,
    min: 0,
    max: 100_000,
    about: 'Most buckets of a limit at `/metrics`, those that used most of it.',
    zero: '0 tells of no bucket, only how many there are.',
  },
  alertIntervalMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 5000,
    min: 10,
    max: HOUR_MS,
    about: 'Time between two rounds of telling crossed thresholds; those of one round are put together.',
    zero: '0 is refused.',
  },
} as const satisfies Record<string, Option>;

/** One target of alerts, beside `headers` (name: text, `${NAME}` from the environment). */
export const QUOTA_TARGET_OPTIONS = {
  url: {
    kind: 'text',
    default: '',
    about: 'Where alerts are posted to.',
    zero: 'Required.',
  },
  format: {
    kind: 'choice',
    choices: TARGET_FORMATS,
    default: 'json',
    about: 'What is posted: our own JSON, or a message that Slack and what is compatible with it show.',
    zero: '`json` holds every bucket, `slack` names ten.',
  },
  timeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 5000,
    min: 1,
    max: 60_000,
    about: 'Longest time one post may take; it is tried three times, and again a minute later.',
    zero: '0 is refused.',
  },
} as const satisfies Record<string, Option>;

/** The options of one exporter, beside `headers` (name: text, `${NAME}` from the environment), `queue` and `retry`. */
export const EXPORTER_OPTIONS = {
  endpoint: {
    kind: 'text',
    default: '',
    about: 'OTLP/HTTP base URL; `/v1/traces` is appended unless the path ends so.',
    zero: 'Required.',
  },
  compression: {
    kind: 'choice',
    choices: COMPRESSIONS,
    default: 'none',
    about: 'How bodies are compressed on the way out; the OpenTelemetry default is not at all.',
    zero: '`none` sends them as they are.',
  },
  timeoutMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 10_000,
    min: 1,
    max: HOUR_MS,
    about: 'Longest time one attempt may take.',
    zero: '0 is refused.',
  },
  queueBytesMax: {
    kind: 'integer',
    unit: 'bytes',
    default: 64 * MEBIBYTE,
    min: 0,
    max: 16 * 1024 * MEBIBYTE,
    about:
      'Most bytes that wait in memory for delivery or for the disk; what does not fit is dropped and counted, the ledger keeps its calls.',
    zero: '0 drops everything: a switch to turn the exporter off.',
  },
} as const satisfies Record<string, Option>;

/** The queue of one exporter on disk. */
export const QUEUE_OPTIONS = {
  path: {
    kind: 'text',
    default: '',
    about: 'Directory of its queue on disk, of this exporter alone.',
    zero: 'Not set: `queue/<name>` in `data`; with `data` in memory, the queue is in memory too.',
  },
  bytesMax: {
    kind: 'integer',
    unit: 'bytes',
    default: 1024 * MEBIBYTE,
    min: 0,
    max: 1024 * 1024 * MEBIBYTE,
    about: 'Most bytes on disk; beyond them the oldest spans are dropped and counted.',
    zero: '0 keeps the queue in memory: what waits at the end of the process is dropped.',
  },
} as const satisfies Record<string, Option>;

export const RETRY_OPTIONS = {
  delayMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 1000,
    min: 0,
    max: HOUR_MS,
    about: 'Wait before the second attempt; doubles with every further one. A longer `Retry-After` is obeyed.',
    zero: '0 tries again at once.',
  },
  delayMsMax: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 30_000,
    min: 0,
    max: HOUR_MS,
    about: 'The wait between attempts never grows beyond this.',
    zero: '0 never waits.',
  },
  elapsedMsMax: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 24 * HOUR_MS,
    min: 0,
    max: 31 * 24 * HOUR_MS,
    about: 'Waiting longer than this altogether gives the spans up: they are dropped and counted.',
    zero: '0 tries once.',
  },
} as const satisfies Record<string, Option>;
