import { InvalidInputError } from '@costspan/usage';
import { parseClickHouseUrl } from '../ledger/clickhouse/click-house-url.ts';
import type { CollectorConfig, GrpcListenAddress, ListenAddress, RetentionConfig } from './collector-config.ts';
import { COLLECTOR_OPTIONS, CORS_OPTIONS, RETENTION_OPTIONS } from './collector-options.ts';
import { ConfigReader, type Environment } from './config-reader.ts';
import { isLoopback, parseListenAddress } from './listen-address.ts';
import { PRIVACY_OPTIONS } from './privacy-options.ts';
import { needsKey, readAccess } from './read-access.ts';
import { readExporters } from './read-exporters.ts';
import { readMetrics } from './read-metrics.ts';
import { readQuota } from './read-quota.ts';
import { readResidency } from './read-residency.ts';
import { readScheduledExports } from './read-scheduled-exports.ts';
import { readYaml } from './yaml.ts';

/** Sections of the file that have options of their own. */
const SECTIONS = ['access', 'privacy', 'residency', 'retention', 'cors', 'metrics', 'quota', 'exporters', 'exports'];
/** Environment variables that stand above the file. The keys are separated by commas. */
const OVERRIDES = {
  listen: 'COSTSPAN_LISTEN',
  grpcListen: 'COSTSPAN_GRPC_LISTEN',
  data: 'COSTSPAN_DATA',
  store: 'COSTSPAN_STORE_URL',
  ingestKeys: 'COSTSPAN_INGEST_KEYS',
} as const;
/** The ports that OTLP is registered with. */
const HTTP_PORT = 4318;
const GRPC_PORT = 4317;

/**
 * The contents of `costspan.yaml` (text, or the value it holds; `undefined` is an empty file) as a checked configuration.
 * `name` is the file in messages. The environment variables `COSTSPAN_LISTEN`, `COSTSPAN_GRPC_LISTEN`,
 * `COSTSPAN_DATA`, `COSTSPAN_STORE_URL` and `COSTSPAN_INGEST_KEYS` stand above the file.
 * @throws InvalidInputError `CONFIG_INVALID` with every mistake, each with its path and, for text, its line.
 */
export function parseConfig(value: unknown, name: string, environment: Environment = process.env): CollectorConfig {
  const file = typeof value === 'string' ? readYaml(value) : { value, findings: [], lineOf: () => undefined };
  if (file.findings.length > 0) throw new InvalidInputError('CONFIG_INVALID', name, file.findings);
  const reader = new ConfigReader(environment, file.lineOf);
  const section = { ...reader.section(file.value, [], [...Object.keys(COLLECTOR_OPTIONS), ...SECTIONS]) };
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
  const access = readAccess(reader, section['access'], options.data);
  const personal = reader.section(section['privacy'], ['privacy'], Object.keys(PRIVACY_OPTIONS));
  const privacy = reader.options(PRIVACY_OPTIONS, personal, ['privacy']);
  const residency = readResidency(reader, section['residency'], options.data, (settings, region) =>
    parseConfig(settings, region, withoutOverrides(environment)),
  );
  const isProtected = needsKey(options.ingestKeys, access);
  const listen = readListen(reader, options.listen, isProtected);
  const { grpcListen: grpcText, fx, ...rest } = options;
  const grpcListen = readGrpcListen(reader, grpcText, listen, isProtected);
  checkStore(reader, options.store);
  const kept = reader.section(section['retention'], ['retention'], Object.keys(RETENTION_OPTIONS));
  const retention = reader.options(RETENTION_OPTIONS, kept, ['retention']);
  checkKept(reader, options.store, retention);
  const cors = reader.section(section['cors'], ['cors'], Object.keys(CORS_OPTIONS));
  const { origins } = reader.options(CORS_OPTIONS, cors, ['cors']);
  checkOrigins(reader, origins);
  const metrics = readMetrics(reader, section['metrics'], listen);
  const quota = readQuota(reader, section['quota']);
  const exporters = readExporters(reader, section['exporters'], { listen, data: options.data });
  const exports = readScheduledExports(reader, section['exports']);
  if (reader.findings.length > 0) throw new InvalidInputError('CONFIG_INVALID', name, reader.findings);
  return {
    ...rest,
    ...(fx !== '' && { fx }),
    listen,
    ...(grpcListen && { grpcListen }),
    access,
    ...(privacy.tags !== '' && { privacy }),
    ...(residency && { residency }),
    retention,
    cors: { origins },
    metrics,
    ...(quota && { quota }),
    exporters,
    ...(exports.length > 0 && { exports }),
  };
}

/** What stands above the file is meant for the collector of the file and for none of its regions. */
function withoutOverrides(environment: Environment): Environment {
  const names: readonly string[] = Object.values(OVERRIDES);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

function splitKeys(text: string): string[] {
  return text
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

function readListen(reader: ConfigReader, text: string, isProtected: boolean): ListenAddress {
  const listen = parseListenAddress(text);
  if (listen === undefined) {
    reader.mistake(['listen'], 'LISTEN_FORMAT', `"${text}" is not an address such as 127.0.0.1:4318 or [::1]:4318`);
    return { host: '127.0.0.1', port: 0 };
  }
  const refusal = refusalToListen(listen, isProtected);
  if (refusal !== undefined) reader.mistake(['listen'], 'LISTEN_UNPROTECTED', refusal);
  return listen;
}

/** Why a collector must not listen there; `undefined` when it may. */
export function refusalToListen(listen: ListenAddress, isProtected: boolean): string | undefined {
  if (isLoopback(listen) || isProtected) return undefined;
  return `${listen.host} can be reached from other machines, and without keys anyone could read what your customers cost; make a key (costspan keys create), set ingestKeys (or COSTSPAN_INGEST_KEYS), or listen on 127.0.0.1`;
}

/** Beside OTLP/HTTP on its usual port gRPC is expected on its own; elsewhere it is spoken only when asked for. */
function readGrpcListen(
  reader: ConfigReader,
  text: string,
  listen: ListenAddress,
  isProtected: boolean,
): GrpcListenAddress | undefined {
  if (text === 'none') return undefined;
  if (text === '') {
    return listen.port === HTTP_PORT ? { host: listen.host, port: GRPC_PORT, isDefault: true } : undefined;
  }
  const address = parseListenAddress(text);
  if (address === undefined) {
    reader.mistake(['grpcListen'], 'LISTEN_FORMAT', `"${text}" is not an address such as 127.0.0.1:4317, nor none`);
    return undefined;
  }
  const refusal = refusalToListen(address, isProtected);
  if (refusal !== undefined) reader.mistake(['grpcListen'], 'LISTEN_UNPROTECTED', refusal);
  return { ...address, isDefault: false };
}

function checkStore(reader: ConfigReader, store: string): void {
  if (store === 'duckdb') return;
  try {
    parseClickHouseUrl(store);
  } catch (error) {
    reader.mistake(['store'], 'STORE_URL', `is neither duckdb nor a place in ClickHouse: ${(error as Error).message}`);
  }
}

/** What is deleted must live on in sums by hour, and those are kept in DuckDB alone. */
function checkKept(reader: ConfigReader, store: string, retention: RetentionConfig): void {
  if (store === 'duckdb') return;
  for (const [option, days] of Object.entries(retention)) {
    if (days > 0)
      reader.mistake(['retention', option], 'RETENTION_STORE', 'is kept by the store duckdb alone; leave it out');
  }
}

/** An origin as browsers send it: scheme, host and port, no path. */
const ORIGIN = /^(\*|https?:\/\/[a-z0-9*.:[\]-]+)$/;

function checkOrigins(reader: ConfigReader, origins: readonly string[]): void {
  for (const [index, origin] of origins.entries()) {
    if (ORIGIN.test(origin)) continue;
    const message = `"${origin}" is not an origin such as https://app.example.com or https://*.example.com`;
    reader.mistake(['cors', 'origins', index], 'ORIGIN_FORMAT', message);
  }
}
