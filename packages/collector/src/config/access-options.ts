import type { Option } from './option.ts';

const MEBIBYTE = 1024 * 1024;

/** Who may ask, and how often. */
export const ACCESS_OPTIONS = {
  keys: {
    kind: 'text',
    default: '',
    about: 'File of keys, as `costspan keys` writes it; a change is in force within a second.',
    zero: 'Not set: `access/keys.json` in `data`.',
  },
  requestsPerMinute: {
    kind: 'integer',
    unit: 'requests a minute',
    default: 1200,
    min: 0,
    max: 1_000_000,
    about:
      'Most requests to the API of each key, all at once if it likes; beyond them 429. Spans and quota decisions do not count.',
    zero: '0 limits nothing.',
  },
  portalRequestsPerMinute: {
    kind: 'integer',
    unit: 'requests a minute',
    default: 120,
    min: 0,
    max: 1_000_000,
    about: 'The same for each portal key.',
    zero: '0 limits nothing.',
  },
  auditBytesMax: {
    kind: 'integer',
    unit: 'bytes',
    default: 64 * MEBIBYTE,
    min: 0,
    max: 64 * 1024 * MEBIBYTE,
    about:
      'Most bytes of `access/audit.ndjson` and the file before it, in `data`: who asked for what, and what became of it.',
    zero: '0 keeps no log.',
  },
} as const satisfies Record<string, Option>;
