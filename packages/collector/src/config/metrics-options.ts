import { DEFAULT_METRICS, TEMPORALITIES } from '../metrics/metrics-config.ts';
import type { Option } from './option.ts';

const HOUR_MS = 3_600_000;

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
