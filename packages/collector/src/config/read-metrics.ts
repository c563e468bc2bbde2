import { isTagKey } from '@costspan/usage';
import type { MetricsConfig, MetricsPushConfig, Temporality } from '../metrics/metrics-config.ts';
import type { ListenAddress } from './collector-config.ts';
import type { ConfigReader } from './config-reader.ts';
import { METRICS_OPTIONS, METRICS_OTLP_OPTIONS } from './metrics-options.ts';
import { readEndpoint, readHeaders } from './read-endpoint.ts';

/** Labels that metrics have for themselves. */
const TAKEN_LABELS = ['outcome', 'meter', 'reason', 'le', 'job', 'instance'];

export function readMetrics(reader: ConfigReader, value: unknown, listen: ListenAddress): MetricsConfig {
  const section = reader.section(value, ['metrics'], [...Object.keys(METRICS_OPTIONS), 'otlp']);
  const options = reader.options(METRICS_OPTIONS, section, ['metrics']);
  for (const name of Object.keys(options.labels)) {
    if (isTagKey(name) && !TAKEN_LABELS.includes(name)) continue;
    const why = TAKEN_LABELS.includes(name) ? 'is a label with a meaning of its own' : 'is no tag key; use snake_case';
    reader.mistake(['metrics', 'labels', name], 'LABEL_NAME', why);
  }
  const otlp = readPush(reader, section['otlp'], listen);
  return otlp === undefined ? options : { ...options, otlp };
}

function readPush(reader: ConfigReader, value: unknown, listen: ListenAddress): MetricsPushConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const path = ['metrics', 'otlp'];
  const settings = typeof value === 'string' ? { endpoint: value } : value;
  const section = reader.section(settings, path, [...Object.keys(METRICS_OTLP_OPTIONS), 'headers']);
  const options = reader.options(METRICS_OTLP_OPTIONS, section, path);
  return {
    ...options,
    temporality: options.temporality as Temporality,
    endpoint: readEndpoint(reader, options.endpoint, [...path, 'endpoint'], '/v1/metrics', listen),
    headers: readHeaders(reader, section['headers'], [...path, 'headers']),
  };
}
