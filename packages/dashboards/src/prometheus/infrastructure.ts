import type { DashboardSpec, VariableSpec } from '../panels/dashboard-spec.ts';
import type { PanelSpec } from '../panels/panel-spec.ts';

const NAMESPACE: VariableSpec = {
  name: 'namespace',
  label: 'Namespace',
  description: 'Only containers and GPUs of this Kubernetes namespace.',
  query: 'label_values(container_cpu_usage_seconds_total, namespace)',
};
const ENVIRONMENT: VariableSpec = {
  name: 'environment',
  label: 'Environment',
  description: 'Only calls with this environment.',
  query: 'label_values(costspan_calls_total, environment)',
};
const NO_CADVISOR = 'no cAdvisor (the kubelet’s `/metrics/cadvisor`) is scraped';
const NO_DCGM = 'no DCGM exporter is scraped';
/** A pod’s name without what Kubernetes appends for its replica set. */
const DEPLOYMENT = (vector: string) =>
  `label_replace(${vector}, "deployment", "$1", "pod", "(.+?)(-[a-f0-9]{6,10})?-[a-z0-9]{5}")`;
const IN_NAMESPACE = 'namespace=~"$namespace"';
const spend = 'sum(rate(costspan_cost_usd_total{environment=~"$environment"}[$__rate_interval])) * 3600';
const cores = `sum(rate(container_cpu_usage_seconds_total{${IN_NAMESPACE}, container!=""}[$__rate_interval]))`;

const perDeployment = (
  title: string,
  description: string,
  unit: string,
  vector: string,
  missing: string,
): PanelSpec => ({
  kind: 'timeseries',
  title,
  description,
  unit,
  emptyWhen: missing,
  queries: [{ expr: `sum by (namespace, deployment) (${DEPLOYMENT(vector)})`, legend: '{{namespace}}/{{deployment}}' }],
});

export const INFRASTRUCTURE: DashboardSpec = {
  uid: 'costspan-infrastructure',
  title: 'Costspan / Infrastructure beside LLM cost',
  question: 'What do the services that call models use besides: CPU, memory, GPU and network?',
  needs:
    '`GET /metrics` of every collector, cAdvisor for containers, the DCGM exporter for GPUs, and any client library’s `process_*`',
  source: 'prometheus',
  from: '6h',
  variables: [ENVIRONMENT, NAMESPACE],
  rows: [
    {
      title: 'Models',
      panels: [
        {
          kind: 'timeseries',
          title: 'Spend on models per hour',
          description: 'US dollars per hour.',
          unit: 'currencyUSD',
          queries: [{ expr: spend, legend: 'spend' }],
        },
        {
          kind: 'timeseries',
          title: 'Spend on models per hour of CPU',
          description: 'What is spent on models while one core of the namespace is busy for an hour.',
          unit: 'currencyUSD',
          emptyWhen: NO_CADVISOR,
          queries: [{ expr: `(${spend}) / (${cores} > 0)`, legend: 'spend per core and hour' }],
        },
      ],
    },
    {
      title: 'Containers, by deployment',
      panels: [
        perDeployment(
          'CPU',
          'Cores that are busy.',
          'short',
          `rate(container_cpu_usage_seconds_total{${IN_NAMESPACE}, container!=""}[$__rate_interval])`,
          NO_CADVISOR,
        ),
        perDeployment(
          'Memory',
          'Working set: what counts against the limit of a container.',
          'bytes',
          `container_memory_working_set_bytes{${IN_NAMESPACE}, container!=""}`,
          NO_CADVISOR,
        ),
        perDeployment(
          'Network, received',
          'Bytes per second; answers of providers are in it.',
          'Bps',
          `rate(container_network_receive_bytes_total{${IN_NAMESPACE}}[$__rate_interval])`,
          NO_CADVISOR,
        ),
        perDeployment(
          'Network, sent',
          'Bytes per second; prompts are in it.',
          'Bps',
          `rate(container_network_transmit_bytes_total{${IN_NAMESPACE}}[$__rate_interval])`,
          NO_CADVISOR,
        ),
        {
          kind: 'timeseries',
          title: 'GPU',
          description: 'How busy the GPUs of a deployment are on average.',
          unit: 'percent',
          min: 0,
          max: 100,
          emptyWhen: NO_DCGM,
          queries: [
            {
              expr: `avg by (namespace, deployment) (${DEPLOYMENT(`DCGM_FI_DEV_GPU_UTIL{${IN_NAMESPACE}}`)})`,
              legend: '{{namespace}}/{{deployment}}',
            },
          ],
        },
        perDeployment(
          'GPU memory',
          'Memory of GPUs that is in use.',
          'decmbytes',
          `DCGM_FI_DEV_FB_USED{${IN_NAMESPACE}}`,
          NO_DCGM,
        ),
      ],
    },
    {
      title: 'Processes, by service',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU of processes',
          description: 'Cores that are busy, of every process that tells of itself as client libraries do.',
          unit: 'short',
          queries: [{ expr: 'sum by (job) (rate(process_cpu_seconds_total[$__rate_interval]))', legend: '{{job}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Memory of processes',
          description: 'Resident memory, of every process that tells of itself as client libraries do.',
          unit: 'bytes',
          queries: [{ expr: 'sum by (job) (process_resident_memory_bytes)', legend: '{{job}}' }],
        },
      ],
    },
  ],
};
