import { TARGET_FORMATS } from '../quota/quota-config.ts';
import type { Option } from './option.ts';

const HOUR_MS = 3_600_000;

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
