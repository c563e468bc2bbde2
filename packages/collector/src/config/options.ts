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
);

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;

/** The options at the top of the file. `exporters` is beside them and has options of its own. */
export const COLLECTOR_OPTIONS = {
  listen: {
    kind: 'text',
    default: '127.0.0.1:4318',
    about: 'Address and port for OTLP/HTTP, the API and the page; beyond loopback it needs `ingestKeys`.',
    zero: 'Port 0 takes any free port.',
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
  inflightCallsMax: {
    kind: 'integer',
    unit: 'calls',
    default: 50_000,
    min: 1,
    max: 10_000_000,
    about: 'Most calls between decoding and commit; beyond it requests are answered 503 and come again.',
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

/** The options of one exporter, beside `headers` (name: text, `${NAME}` from the environment) and `retry`. */
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
    about: 'Most bytes that wait for delivery; what does not fit is dropped and counted, the ledger keeps its calls.',
    zero: '0 drops everything: a switch to turn the exporter off.',
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
    default: 300_000,
    min: 0,
    max: 24 * HOUR_MS,
    about: 'Waiting longer than this altogether gives the spans up: they are dropped and counted.',
    zero: '0 tries once.',
  },
} as const satisfies Record<string, Option>;
