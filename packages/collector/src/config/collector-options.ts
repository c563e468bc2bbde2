import type { Option } from './option.ts';

const MEBIBYTE = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** A century. */
const DAYS_MAX = 36_525;

/** The options at the top of the file. `retention`, `cors`, `metrics`, `quota` and `exporters` are beside them and have options of their own. */
export const COLLECTOR_OPTIONS = {
  listen: {
    kind: 'text',
    default: '127.0.0.1:4318',
    about: 'Address and port for OTLP/HTTP, the API and the page; beyond loopback it needs keys.',
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
  store: {
    kind: 'text',
    default: 'duckdb',
    about:
      'Where calls are kept: `duckdb` in `data`, or `clickhouse://user:password@host:8123/database` for several collectors.',
    zero: 'An empty one is refused.',
  },
  ingestKeys: {
    kind: 'texts',
    default: [],
    about: 'Bearer keys that may send spans and read the API; environment variables in braces are filled in.',
    zero: 'No keys here nor in `access.keys`: nobody is asked, and only loopback is allowed.',
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
      'A call that is received this long after it ended is marked late, unless it ended before the ledger was made.',
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
      'How long acknowledged calls wait in the journal for others before they are written to the ledger, four times as long while many come. Questions do not wait for it.',
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
