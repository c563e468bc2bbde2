import type { ExporterConfig } from '../config/collector-config.ts';
import { type ExporterParts, OtlpHttpExporter } from './otlp-http-exporter.ts';
import type { TraceExporter } from './trace-exporter.ts';

/** One exporter per entry of `exporters` in the configuration. */
export function openExporters(configs: readonly ExporterConfig[], parts: ExporterParts): TraceExporter[] {
  return configs.map((config) => new OtlpHttpExporter(config, parts));
}
