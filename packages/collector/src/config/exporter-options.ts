import { COMPRESSIONS } from './collector-config.ts';
import type { Option } from './option.ts';

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;

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
