import { InvalidInputError } from '@costspan/usage';
import type { CollectorConfig, Compression, ExporterConfig, ListenAddress } from './collector-config.ts';
import { ConfigReader, type Environment } from './config-reader.ts';
import { isLoopback, parseListenAddress } from './listen-address.ts';
import { COLLECTOR_OPTIONS, EXPORTER_OPTIONS, RETRY_OPTIONS } from './options.ts';
import { readYaml } from './yaml.ts';

const TRACES_PATH = '/v1/traces';
/** Environment variables that stand above the file. The keys are separated by commas. */
const OVERRIDES = { listen: 'COSTSPAN_LISTEN', data: 'COSTSPAN_DATA', ingestKeys: 'COSTSPAN_INGEST_KEYS' } as const;

/**
 * The contents of `costspan.yaml` (text, or the value it holds; `undefined` is an empty file) as a checked configuration.
 * `name` is the file in messages. The environment variables `COSTSPAN_LISTEN`, `COSTSPAN_DATA` and `COSTSPAN_INGEST_KEYS`
 * stand above the file.
 * @throws InvalidInputError `CONFIG_INVALID` with every mistake, each with its path and, for text, its line.
 */
export function parseConfig(value: unknown, name: string, environment: Environment = process.env): CollectorConfig {
  const file = typeof value === 'string' ? readYaml(value) : { value, findings: [], lineOf: () => undefined };
  if (file.findings.length > 0) throw new InvalidInputError('CONFIG_INVALID', name, file.findings);
  const reader = new ConfigReader(environment, file.lineOf);
  const section = { ...reader.section(file.value, [], [...Object.keys(COLLECTOR_OPTIONS), 'exporters']) };
  for (const [option, variable] of Object.entries(OVERRIDES)) {
    const text = environment[variable];
    if (text !== undefined && text !== '') section[option] = option === 'ingestKeys' ? splitKeys(text) : text;
  }
  const options = reader.options(COLLECTOR_OPTIONS, section, []);
  for (const [index, key] of options.ingestKeys.entries()) {
    if (/^[\x21-\x7e]+$/.test(key)) continue;
    reader.mistake(
      ['ingestKeys', index],
      'KEY_FORMAT',
      'holds a space or another character that no bearer key can carry',
    );
  }
  const listen = readListen(reader, options.listen, options.ingestKeys);
  const exporters = readExporters(reader, section['exporters'], listen);
  if (reader.findings.length > 0) throw new InvalidInputError('CONFIG_INVALID', name, reader.findings);
  return { ...options, listen, exporters };
}

function splitKeys(text: string): string[] {
  return text
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

function readListen(reader: ConfigReader, text: string, keys: readonly string[]): ListenAddress {
  const listen = parseListenAddress(text);
  if (listen === undefined) {
    reader.mistake(['listen'], 'LISTEN_FORMAT', `"${text}" is not an address such as 127.0.0.1:4318 or [::1]:4318`);
    return { host: '127.0.0.1', port: 0 };
  }
  const refusal = refusalToListen(listen, keys);
  if (refusal !== undefined) reader.mistake(['listen'], 'LISTEN_UNPROTECTED', refusal);
  return listen;
}

/** Why a collector must not listen there; `undefined` when it may. */
export function refusalToListen(listen: ListenAddress, keys: readonly string[]): string | undefined {
  if (isLoopback(listen) || keys.length > 0) return undefined;
  return `${listen.host} can be reached from other machines, and without keys anyone could read what your customers cost; set ingestKeys (or COSTSPAN_INGEST_KEYS), or listen on 127.0.0.1`;
}

/** A map of name: exporter, or a list of exporters that are then named by their place. An endpoint alone is an exporter. */
function readExporters(reader: ConfigReader, value: unknown, listen: ListenAddress): ExporterConfig[] {
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      readExporter(reader, `exporter ${index + 1}`, item, ['exporters', index], listen),
    );
  }
  return Object.entries(reader.map(value, ['exporters'])).map(([name, item]) =>
    readExporter(reader, name, item, ['exporters', name], listen),
  );
}

function readExporter(
  reader: ConfigReader,
  name: string,
  value: unknown,
  path: readonly (string | number)[],
  listen: ListenAddress,
): ExporterConfig {
  const settings = typeof value === 'string' ? { endpoint: value } : value;
  const section = reader.section(settings, path, [...Object.keys(EXPORTER_OPTIONS), 'headers', 'retry']);
  const options = reader.options(EXPORTER_OPTIONS, section, path);
  const retrySection = reader.section(section['retry'], [...path, 'retry'], Object.keys(RETRY_OPTIONS));
  return {
    name,
    ...options,
    compression: options.compression as Compression,
    endpoint: readEndpoint(reader, options.endpoint, [...path, 'endpoint'], listen),
    headers: readHeaders(reader, section['headers'], [...path, 'headers']),
    retry: reader.options(RETRY_OPTIONS, retrySection, [...path, 'retry']),
  };
}

function readEndpoint(
  reader: ConfigReader,
  text: string,
  path: readonly (string | number)[],
  listen: ListenAddress,
): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    reader.mistake(
      path,
      'ENDPOINT_FORMAT',
      `${text === '' ? 'is missing' : `"${text}" is no URL`}; write one such as http://tempo:4318`,
    );
    return text;
  }
  if (isLoopback({ host: url.hostname.replaceAll(/[[\]]/g, ''), port: 0 }) && url.port === String(listen.port)) {
    reader.mistake(path, 'ENDPOINT_SELF', 'is this collector itself, so spans would go round for ever');
  }
  if (!url.pathname.endsWith(TRACES_PATH)) url.pathname = `${url.pathname.replace(/\/$/, '')}${TRACES_PATH}`;
  return url.href;
}

function readHeaders(reader: ConfigReader, value: unknown, path: readonly (string | number)[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, raw] of Object.entries(reader.map(value, path))) {
    const place = [...path, name];
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) reader.mistake(place, 'HEADER_NAME', 'is not a header name');
    else if (typeof raw !== 'string') reader.mistake(place, 'HEADER_VALUE', 'must be a text; put numbers in quotes');
    else {
      const text = reader.expanded(raw, place);
      if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
        reader.mistake(place, 'HEADER_VALUE', 'holds a character that no header may carry');
      else headers[name] = text;
    }
  }
  return headers;
}
