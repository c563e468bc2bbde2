import { join } from 'node:path';
import type { Compression, ExporterConfig, ListenAddress, QueueConfig } from './collector-config.ts';
import type { ConfigReader } from './config-reader.ts';
import { EXPORTER_OPTIONS, QUEUE_OPTIONS, RETRY_OPTIONS } from './exporter-options.ts';
import { readAttributes } from './read-attributes.ts';
import { readEndpoint, readHeaders } from './read-endpoint.ts';

type Path = readonly (string | number)[];

/** What the exporters' options are read beside. */
export interface ExporterPlace {
  readonly listen: ListenAddress;
  /** Directory of the ledger, or `:memory:`. */
  readonly data: string;
}

/** A map of name: exporter, or a list of exporters that are then named by their place. An endpoint alone is an exporter. */
export function readExporters(reader: ConfigReader, value: unknown, place: ExporterPlace): ExporterConfig[] {
  const exporters = Array.isArray(value)
    ? value.map((item, index) => readExporter(reader, `exporter ${index + 1}`, item, ['exporters', index], place))
    : Object.entries(reader.map(value, ['exporters'])).map(([name, item]) =>
        readExporter(reader, name, item, ['exporters', name], place),
      );
  const owners = new Map<string, string>();
  for (const { name, queue } of exporters) {
    if (queue.path === undefined) continue;
    const owner = owners.get(queue.path);
    if (owner === undefined) owners.set(queue.path, name);
    else {
      const message = `${name} and ${owner} would share the queue ${queue.path}; give each a queue.path of its own`;
      reader.mistake(['exporters'], 'QUEUE_SHARED', message);
    }
  }
  return exporters;
}

function readExporter(
  reader: ConfigReader,
  name: string,
  value: unknown,
  path: Path,
  { listen, data }: ExporterPlace,
): ExporterConfig {
  const settings = typeof value === 'string' ? { endpoint: value } : value;
  const keys = [...Object.keys(EXPORTER_OPTIONS), 'headers', 'attributes', 'queue', 'retry'];
  const section = reader.section(settings, path, keys);
  const options = reader.options(EXPORTER_OPTIONS, section, path);
  const retrySection = reader.section(section['retry'], [...path, 'retry'], Object.keys(RETRY_OPTIONS));
  return {
    name,
    ...options,
    compression: options.compression as Compression,
    endpoint: readEndpoint(reader, options.endpoint, [...path, 'endpoint'], '/v1/traces', listen),
    headers: readHeaders(reader, section['headers'], [...path, 'headers']),
    attributes: readAttributes(reader, section['attributes'], [...path, 'attributes']),
    queue: readQueue(reader, section['queue'], [...path, 'queue'], name, data),
    retry: reader.options(RETRY_OPTIONS, retrySection, [...path, 'retry']),
  };
}

function readQueue(reader: ConfigReader, value: unknown, path: Path, name: string, data: string): QueueConfig {
  const section = reader.section(value, path, Object.keys(QUEUE_OPTIONS));
  const options = reader.options(QUEUE_OPTIONS, section, path);
  const own = options.path === '' && data !== ':memory:' ? join(data, 'queue', folderName(name)) : options.path;
  const { bytesMax } = options;
  return own === '' || bytesMax === 0 ? { bytesMax } : { path: own, bytesMax };
}

/** A name that every file system takes; what it does not take is written as `_` and two hex digits. */
function folderName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2e').replaceAll('*', '%2a').replaceAll('%', '_');
}
