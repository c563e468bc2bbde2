import { CostspanError } from '@costspan/usage';

/** Where the collector sends what it receives. */
export interface CollectorTargets {
  readonly cards: string;
  /** Base address of the Costspan collectors; of several the one behind which they take turns. */
  readonly costspan?: string;
  readonly tempo?: string;
  readonly prometheus?: string;
  readonly datadog?: string;
  /** Percent of traces that the backends of traces keep. */
  readonly sample: number;
}

/** What calls are counted by. Names that the cap of a backend must bear: no id of a call, trace or conversation. */
const LABELS = [
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.operation.name',
  'costspan.tag.customer_id',
  'costspan.tag.feature_name',
  'costspan.tag.team',
  'costspan.tag.environment',
];

/**
 * A whole configuration of the collector for these targets, with a comment wherever an order or a setting keeps money from being lost.
 * @throws CostspanError `TARGET_MISSING` when there is nowhere to send to.
 */
export function collectorConfig(targets: CollectorTargets): string {
  const { costspan, tempo, prometheus, datadog, sample } = targets;
  const backends = [
    ...(tempo === undefined ? [] : ['otlp_grpc/tempo']),
    ...(datadog === undefined ? [] : ['otlp_grpc/datadog']),
  ];
  if (costspan === undefined && backends.length === 0 && prometheus === undefined) {
    throw new CostspanError(
      'TARGET_MISSING',
      'name at least one target: --costspan http://costspan:4318, --tempo tempo:4317, --prometheus http://mimir/otlp, --datadog agent:4317',
    );
  }
  const hasMetrics = prometheus !== undefined || datadog !== undefined;
  const outlets = [
    ...(costspan === undefined ? [] : ['otlp_http/costspan']),
    ...(hasMetrics ? ['signal_to_metrics'] : []),
    ...(backends.length > 0 ? ['forward/backends'] : []),
  ];
  const sections = [
    HEAD,
    RECEIVERS,
    processors(targets, prometheus !== undefined, backends.length > 0),
    hasMetrics || backends.length > 0 ? connectors(hasMetrics, backends.length > 0) : '',
    exporters(targets),
    EXTENSIONS,
    service(outlets, backends, { prometheus, datadog, isSampled: sample < 100 && backends.length > 0 }),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

const HEAD = `# Written by \`costspan collector config\`; \`costspan collector lint\` checks it after a change.
# The order in the pipelines is what keeps the money right: limit, cost, then everything that counts, then whatever samples.
`;

const RECEIVERS = `receivers:
  otlp:
    protocols:
      grpc:
        endpoint: \${env:OTLP_LISTEN:-127.0.0.1}:4317
      http:
        endpoint: \${env:OTLP_LISTEN:-127.0.0.1}:4318
`;

function processors({ cards, sample }: CollectorTargets, isCumulative: boolean, hasBackends: boolean): string {
  return `processors:
  # Refuses when memory is short, so that senders try again; without it the process is killed with what it holds.
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
    spike_limit_percentage: 20
  # Writes costspan.cost.*; never over a cost that is there. A changed file is in force within two seconds.
  costspan:
    cards: ${quoted(cards)}
    reload_interval: 2s
  batch:
    send_batch_size: 2048
    timeout: 1s
${
  sample < 100 && hasBackends
    ? `  # For the backends of traces alone. Errors and costly calls are kept whatever the share.
  tail_sampling:
    decision_wait: 10s
    num_traces: 50000
    policies:
      - name: errors
        type: status_code
        status_code: { status_codes: [ERROR] }
      - name: costly
        type: ottl_condition
        ottl_condition:
          error_mode: ignore
          span: ['attributes["costspan.cost.total"] != nil and attributes["costspan.cost.total"] > 1.0']
      - name: share
        type: probabilistic
        probabilistic: { sampling_percentage: ${sample} }
`
    : ''
}${
  isCumulative
    ? `  # Prometheus counts from the beginning. At most so many series are kept; more are refused and counted.
  delta_to_cumulative:
    max_stale: 1h
    max_streams: 200000
`
    : ''
}`;
}

function connectors(hasMetrics: boolean, hasBackends: boolean): string {
  const labels = LABELS.map((key) => `          - { key: ${key}, default_value: (untagged) }`).join('\n');
  const metrics = `  # Counts every call before any sampling. These are doubles for charts and alerts; the exact money is in the ledger.
  signal_to_metrics:
    error_mode: ignore
    spans:
      - name: costspan.cost.usd
        description: What LLM calls cost
        conditions: ['span.attributes["costspan.cost.total"] != nil']
        attributes:
${labels}
        sum: { value: 'Double(span.attributes["costspan.cost.total"])', monotonic: true }
      - name: costspan.calls
        description: LLM calls
        conditions: ['span.attributes["costspan.cost.status"] != nil']
        attributes:
${labels}
          - { key: costspan.cost.status, default_value: unknown }
        sum: { value: '1', monotonic: true }
`;
  return `connectors:\n${hasMetrics ? metrics : ''}${hasBackends ? '  forward/backends:\n' : ''}`;
}

function exporters({ costspan, tempo, prometheus, datadog }: CollectorTargets): string {
  const parts = [
    ...(costspan === undefined ? [] : [ledgerExporter(costspan)]),
    ...(tempo === undefined ? [] : [grpcExporter('tempo', tempo)]),
    ...(datadog === undefined ? [] : [grpcExporter('datadog', datadog)]),
    ...(prometheus === undefined ? [] : [httpExporter('prometheus', prometheus)]),
  ];
  return `exporters:\n${parts.join('')}`;
}

function ledgerExporter(endpoint: string): string {
  return `  # The ledger. Tries until it is taken and keeps its queue on disk: a call that is lost here is money that is lost.
  otlp_http/costspan:
    endpoint: ${quoted(endpoint)}
    headers:
      authorization: Bearer \${env:COSTSPAN_INGEST_KEY:-}
    retry_on_failure: { enabled: true, max_elapsed_time: 0 }
    sending_queue: { enabled: true, queue_size: 100000, block_on_overflow: true, storage: file_storage }
`;
}

function grpcExporter(name: string, endpoint: string): string {
  return `  otlp_grpc/${name}:
    endpoint: ${quoted(endpoint)}
    tls: { insecure: true }
    retry_on_failure: { enabled: true }
    sending_queue: { enabled: true }
`;
}

function httpExporter(name: string, endpoint: string): string {
  return `  otlp_http/${name}:
    endpoint: ${quoted(endpoint)}
    retry_on_failure: { enabled: true, max_elapsed_time: 0 }
    sending_queue: { enabled: true, storage: file_storage }
`;
}

const EXTENSIONS = `extensions:
  health_check:
    endpoint: \${env:HEALTH_LISTEN:-127.0.0.1}:13133
  # What exporters could not send yet survives a restart here.
  file_storage:
    directory: \${env:QUEUE_DIRECTORY:-/var/lib/costspan-otelcol}
    create_directory: true
`;

function service(
  outlets: readonly string[],
  backends: readonly string[],
  {
    prometheus,
    datadog,
    isSampled,
  }: { prometheus?: string | undefined; datadog?: string | undefined; isSampled: boolean },
): string {
  const pipeline = (name: string, from: string, through: readonly string[], to: readonly string[]) =>
    `    ${name}:\n      receivers: [${from}]\n      processors: [${through.join(', ')}]\n      exporters: [${to.join(', ')}]\n`;
  return `service:
  extensions: [health_check, file_storage]
  telemetry:
    metrics:
      level: normal
  pipelines:
    # Every span: cost first, then the ledger and the metrics.
${pipeline('traces/cost', 'otlp', ['memory_limiter', 'costspan', 'batch'], outlets)}${
  backends.length === 0
    ? ''
    : `    # What backends of traces keep. Sampling here changes no cost and no metric.\n${pipeline('traces/backends', 'forward/backends', isSampled ? ['tail_sampling'] : [], backends)}`
}${
  prometheus === undefined
    ? ''
    : pipeline('metrics/prometheus', 'signal_to_metrics', ['delta_to_cumulative'], ['otlp_http/prometheus'])
}${
  datadog === undefined
    ? ''
    : `    # Datadog adds up what arrives: differences, not totals.\n${pipeline('metrics/datadog', 'signal_to_metrics', [], ['otlp_grpc/datadog'])}`
}`;
}

/** A YAML text that no character of can end. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
