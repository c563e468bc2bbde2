import { InvalidInputError } from '@costspan/usage';
import { expect, test } from 'vitest';
import { DEFAULT_METRICS } from '../metrics/metrics-config.ts';
import { parseConfig } from './parse-config.ts';

function mistakesIn(value: unknown, environment = {}): string[] {
  try {
    parseConfig(value, 'costspan.yaml', environment);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as InvalidInputError).findings.map(({ at, code, message }) => `${at} ${code} ${message}`);
  }
  return [];
}

test.each([[undefined], [null], [''], ['# nothing'], [{}]])('%j is a configuration of defaults', (value) => {
  expect(parseConfig(value, 'costspan.yaml', {})).toEqual({
    listen: { host: '127.0.0.1', port: 4318 },
    grpcListen: { host: '127.0.0.1', port: 4317, isDefault: true },
    store: 'duckdb',
    data: './.costspan',
    cards: [],
    ingestKeys: [],
    access: {
      keys: '.costspan/access/keys.json',
      requestsPerMinute: 1200,
      portalRequestsPerMinute: 120,
      auditBytesMax: 67_108_864,
    },
    bodyBytesMax: 67_108_864,
    commitIntervalMs: 250,
    inflightBytesMax: 268_435_456,
    inflightCallsMax: 50_000,
    requestTimeoutMs: 30_000,
    connectionsMax: 1024,
    closeTimeoutMs: 10_000,
    lateAfterMs: 3_600_000,
    retention: { callsDays: 0, contextDays: 0, hoursDays: 0 },
    cors: { origins: [] },
    metrics: DEFAULT_METRICS,
    exporters: [],
  });
});

test('a full file is read, with secrets from the environment', () => {
  const text = `
listen: '[::]:4400'
data: /var/lib/costspan
ingestKeys: [one, '\${KEY_TWO}']
bodyBytesMax: 1024
exporters:
  tempo:
    endpoint: http://tempo:4318
  cloud:
    endpoint: https://otlp.example.com/otlp/
    headers: { authorization: 'Basic \${TOKEN}' }
    compression: zstd
    timeoutMs: 500
    queueBytesMax: 0
    queue: { path: /fast/queue, bytesMax: 4096 }
    retry: { delayMs: 10, delayMsMax: 20, elapsedMsMax: 0 }
`;
  expect(parseConfig(text, 'costspan.yaml', { KEY_TWO: 'two', TOKEN: 'abc' })).toMatchObject({
    listen: { host: '::', port: 4400 },
    data: '/var/lib/costspan',
    ingestKeys: ['one', 'two'],
    bodyBytesMax: 1024,
    exporters: [
      {
        name: 'tempo',
        endpoint: 'http://tempo:4318/v1/traces',
        headers: {},
        attributes: [],
        compression: 'none',
        timeoutMs: 10_000,
        queueBytesMax: 67_108_864,
        queue: { path: '/var/lib/costspan/queue/tempo', bytesMax: 1_073_741_824 },
        retry: { delayMs: 1000, delayMsMax: 30_000, elapsedMsMax: 86_400_000 },
      },
      {
        name: 'cloud',
        endpoint: 'https://otlp.example.com/otlp/v1/traces',
        headers: { authorization: 'Basic abc' },
        compression: 'zstd',
        timeoutMs: 500,
        queueBytesMax: 0,
        queue: { path: '/fast/queue', bytesMax: 4096 },
        retry: { delayMs: 10, delayMsMax: 20, elapsedMsMax: 0 },
      },
    ],
  });
});

test('an exporter that is only an endpoint may be written as one', () => {
  const exporters = ['http://tempo:4318'];
  expect(parseConfig({ exporters }, 'x', {}).exporters).toMatchObject([{ endpoint: 'http://tempo:4318/v1/traces' }]);
  const named = { tempo: 'http://tempo:4318' };
  expect(parseConfig({ exporters: named }, 'x', {}).exporters).toMatchObject([{ name: 'tempo', headers: {} }]);
});

test('exporters may be a list; an endpoint that names the traces path stays as it is', () => {
  const { exporters } = parseConfig({ exporters: [{ endpoint: 'http://a:1/custom/v1/traces' }] }, 'x', {});
  expect(exporters).toMatchObject([{ name: 'exporter 1', endpoint: 'http://a:1/custom/v1/traces' }]);
});

test('a place in ClickHouse is checked before anything starts, and keeps no days', () => {
  const store = 'clickhouse://costspan@ch:8123/costspan';
  expect(parseConfig({}, 'x', { COSTSPAN_STORE_URL: store }).store).toBe(store);
  expect(() => parseConfig({ store: 'sqlite' }, 'x', {})).toThrow('is neither duckdb nor a place in ClickHouse');
  expect(() => parseConfig({ store, retention: { callsDays: 90 } }, 'x', {})).toThrow('kept by the store duckdb alone');
});

test('the environment stands above the file', () => {
  const environment = { COSTSPAN_LISTEN: '0.0.0.0:1', COSTSPAN_DATA: '/data', COSTSPAN_INGEST_KEYS: 'a, b,' };
  expect(parseConfig('listen: 127.0.0.1:9\ndata: x\ningestKeys: [c]', 'x', environment)).toMatchObject({
    listen: { host: '0.0.0.0', port: 1 },
    data: '/data',
    ingestKeys: ['a', 'b'],
  });
});

test.each([
  [{}, { host: '127.0.0.1', port: 4317, isDefault: true }],
  [{ listen: '[::1]:4318' }, { host: '::1', port: 4317, isDefault: true }],
  [{ listen: '127.0.0.1:4400' }, undefined],
  [{ grpcListen: 'none' }, undefined],
  [
    { listen: '127.0.0.1:4400', grpcListen: 'localhost:5' },
    { host: 'localhost', port: 5, isDefault: false },
  ],
])('%j speaks gRPC at %j', (value, grpcListen) => {
  expect(parseConfig(value, 'x', {}).grpcListen).toEqual(grpcListen);
});

test.each([
  [{ data: ':memory:' }, { bytesMax: 1_073_741_824 }],
  [
    { data: ':memory:', queue: { path: '/q' } },
    { path: '/q', bytesMax: 1_073_741_824 },
  ],
  [{ data: '/d', queue: { bytesMax: 0 } }, { bytesMax: 0 }],
  [{ data: '/d' }, { path: '/d/queue/a_2e_2e_2Fb', bytesMax: 1_073_741_824 }],
])('%j keeps the queue at %j', ({ data, queue = {} }: { data: string; queue?: object }, expected) => {
  const exporters = { 'a../b': { endpoint: 'http://x', queue } };
  expect(parseConfig({ data, exporters }, 'x', {}).exporters[0]?.queue).toEqual(expected);
});

test('attributes of an exporter are texts with the environment in them, numbers and booleans', () => {
  const text = `exporters: { dd: { endpoint: 'http://dd:4318', attributes: { region: '$\{REGION}', weight: 2.5, paid: true } } }`;
  expect(parseConfig(text, 'x', { REGION: 'eu' }).exporters[0]?.attributes).toEqual([
    { key: 'region', value: 'eu' },
    { key: 'weight', value: 2.5 },
    { key: 'paid', value: true },
  ]);
});

test.each(['costspan.cost.total', 'gen_ai.request.model', 'costspan.tag.team', ''])(
  'an exporter cannot add the attribute %j, and a list is no value',
  (name) => {
    const exporters = { dd: { endpoint: 'http://dd:4318', attributes: { [name]: 'x', list: [1] } } };
    expect(() => parseConfig({ exporters }, 'x', {})).toThrow(/ATTRIBUTE_NAME|attributes/);
    expect(() => parseConfig({ exporters }, 'x', {})).toThrow(/must be a text, a number or a boolean/);
  },
);

test('labels of metrics stand over the usual ones, one by one; a push may be only an endpoint', () => {
  const text = 'metrics: { labels: { customer_id: 0, plan: 7 }, seriesMax: 9, otlp: http://mimir:9009/otlp }';
  expect(parseConfig(text, 'x', {}).metrics).toEqual({
    labels: { ...DEFAULT_METRICS.labels, customer_id: 0, plan: 7 },
    seriesMax: 9,
    histogramSeriesMax: 500,
    otlp: {
      endpoint: 'http://mimir:9009/otlp/v1/metrics',
      headers: {},
      temporality: 'cumulative',
      intervalMs: 60_000,
      timeoutMs: 10_000,
    },
  });
});

test('every mistake is reported at once, with its path and line', () => {
  const text = [
    'listn: 127.0.0.1:4318',
    'bodyBytesMax: big',
    'inflightCallsMax: 0',
    'exporters:',
    '  tempo:',
    '    endpoint: tempo',
    '    compresion: gzip',
    '    compression: brotli',
    `    headers: { x-a: 5, "b d": c, authorization: "\${NO_SUCH}" }`,
    '    retry: { delayMs: -1 }',
    'ingestKeys: secret',
  ].join('\n');
  expect(mistakesIn(text)).toEqual([
    'listn (line 1) OPTION_UNKNOWN "listn" is not an option here; did you mean "listen"?',
    'ingestKeys (line 11) OPTION_LIST must be a list of texts',
    'bodyBytesMax (line 2) OPTION_NUMBER must be a whole number of bytes from 1024 to 1073741824',
    'inflightCallsMax (line 3) OPTION_NUMBER must be a whole number of calls from 1 to 10000000',
    'exporters.tempo.compresion (line 7) OPTION_UNKNOWN "compresion" is not an option here; did you mean "compression"?',
    'exporters.tempo.compression (line 8) OPTION_CHOICE must be one of gzip, zstd, none',
    'exporters.tempo.endpoint (line 6) ENDPOINT_FORMAT "tempo" is no URL; write one such as http://tempo:4318',
    'exporters.tempo.headers.x-a (line 9) HEADER_VALUE must be a text; put numbers in quotes',
    'exporters.tempo.headers.b d (line 9) HEADER_NAME is not a header name',
    'exporters.tempo.headers.authorization (line 9) VARIABLE_UNSET the environment variable NO_SUCH is not set',
    'exporters.tempo.retry.delayMs (line 10) OPTION_NUMBER must be a whole number of milliseconds from 0 to 3600000',
  ]);
});

test.each([
  ['text that is no YAML', 'a: [1', /line 1 YAML_/],
  ['a list for a file', '- a', /^file \(line 1\) OPTION_FORMAT/],
  ['a key far from all', 'zzzz: 1', /known: listen, grpcListen, data/],
  ['an exporter without endpoint', { exporters: { a: {} } }, /exporters.a.endpoint ENDPOINT_FORMAT is missing/],
  ['an exporter that is a number', { exporters: { a: 4318 } }, /exporters.a OPTION_FORMAT/],
  ['another scheme', { exporters: [{ endpoint: 'grpc://x:4317' }] }, /exporters\[0\].endpoint ENDPOINT_FORMAT/],
  ['this collector as its own backend', { exporters: [{ endpoint: 'http://localhost:4318' }] }, /ENDPOINT_SELF/],
  ['a line break in a header', { exporters: [{ endpoint: 'http://x', headers: { a: 'b\nc' } }] }, /HEADER_VALUE/],
  ['a port too large', { listen: '127.0.0.1:70000' }, /LISTEN_FORMAT/],
  ['an address without port', { listen: '127.0.0.1' }, /LISTEN_FORMAT/],
  ['an empty path', { data: '' }, /data OPTION_TEXT/],
  ['a gRPC port open to all without keys', { grpcListen: '0.0.0.0:4317' }, /grpcListen LISTEN_UNPROTECTED/],
  ['a gRPC address that is none', { grpcListen: '4317' }, /grpcListen LISTEN_FORMAT/],
  ['an origin with a path', { cors: { origins: ['https://a.example/x'] } }, /cors.origins\[0\] ORIGIN_FORMAT/],
  ['a label that is no tag', { metrics: { labels: { 'Customer-Id': 5 } } }, /metrics.labels.Customer-Id LABEL_NAME/],
  ['a label with a meaning', { metrics: { labels: { le: 5 } } }, /metrics.labels.le LABEL_NAME/],
  ['a cap that is no number', { metrics: { labels: { team: 'x' } } }, /metrics.labels.team OPTION_NUMBER/],
  ['a push to nowhere', { metrics: { otlp: { temporality: 'delta' } } }, /metrics.otlp.endpoint ENDPOINT_FORMAT/],
  [
    'a queue of two exporters',
    { exporters: ['http://a', 'http://b'].map((endpoint) => ({ endpoint, queue: { path: '/q' } })) },
    /exporters QUEUE_SHARED/,
  ],
  ['a key that no header can carry', { ingestKeys: ['good', 'a secret'] }, /ingestKeys\[1\] KEY_FORMAT/],
])('%s is refused', (_, value, mistake) => {
  expect(mistakesIn(value).join('\n')).toMatch(mistake);
});

test.each([
  ['127.0.0.1:1', true],
  ['127.9.9.9:1', true],
  ['localhost:1', true],
  ['[::1]:1', true],
  ['0.0.0.0:1', false],
  ['[::]:1', false],
  ['192.168.1.5:1', false],
  ['127.evil.example:1', false],
])('%s needs no keys: %s', (listen, allowed) => {
  expect(mistakesIn({ listen }).length === 0).toBe(allowed);
  expect(mistakesIn({ listen, ingestKeys: ['k'] })).toEqual([]);
});
