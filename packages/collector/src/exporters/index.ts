import type { ExporterConfig } from '../config/collector-config.ts';
import { DiskQueue } from './disk-queue.ts';
import { MemoryQueue } from './memory-queue.ts';
import { type ExporterParts, OtlpHttpExporter } from './otlp-http-exporter.ts';
import type { ParcelQueue } from './parcel-queue.ts';
import type { TraceExporter } from './trace-exporter.ts';

/**
 * One exporter per entry of `exporters` in the configuration.
 * @throws CostspanError `QUEUE_UNAVAILABLE` when a queue on disk cannot be opened.
 */
export async function openExporters(
  configs: readonly ExporterConfig[],
  parts: ExporterParts,
): Promise<readonly TraceExporter[]> {
  const opened: TraceExporter[] = [];
  try {
    for (const config of configs) opened.push(await openExporter(config, parts));
    return opened;
  } catch (error) {
    await Promise.all(opened.map((exporter) => exporter.close(0)));
    throw error;
  }
}

export async function openExporter(config: ExporterConfig, parts: ExporterParts): Promise<TraceExporter> {
  const { name, queue, queueBytesMax } = config;
  const exporter = (waiting: ParcelQueue) => new OtlpHttpExporter(config, waiting, parts);
  if (queue.path === undefined || queueBytesMax === 0) return exporter(new MemoryQueue(queueBytesMax));
  const onLost = (spanCount: number, reason: string): void => {
    parts.metrics.add('spansDropped', spanCount);
    parts.notices.once(
      `queue of ${name}`,
      `exporter ${name} dropped ${spanCount} spans, because ${reason} (said once)`,
    );
  };
  const onDisk = await DiskQueue.open({
    path: queue.path,
    bytesMax: queue.bytesMax,
    memoryBytesMax: queueBytesMax,
    onLost,
  });
  parts.metrics.add('spansQueuedAgain', onDisk.foundSpans);
  return exporter(onDisk);
}
