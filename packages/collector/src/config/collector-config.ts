import type { AccessConfig } from '../access/access-config.ts';
import type { RetryConfig } from '../exporters/retry.ts';
import type { ScheduledExport } from '../exports/scheduled/scheduled-export.ts';
import type { MetricsConfig } from '../metrics/metrics-config.ts';
import type { AddedAttribute } from '../otlp/added-attribute.ts';
import type { PrivacyFiles } from '../privacy/open-privacy.ts';
import type { QuotaConfig } from '../quota/quota-config.ts';
import type { ResidencyConfig } from '../residency/residency-config.ts';

/** Everything `startCollector` needs, read and checked. */
export interface CollectorConfig {
  readonly listen: ListenAddress;
  /** Absent where gRPC is not spoken. */
  readonly grpcListen?: GrpcListenAddress;
  /** A directory for the ledger, or `:memory:`. */
  readonly data: string;
  /** `duckdb`, in `data`, or the URL of a place in ClickHouse. */
  readonly store: string;
  /** Bearer keys that may send and read. Empty means that nobody is asked. */
  readonly ingestKeys: readonly string[];
  readonly access: AccessConfig;
  /** Absent: tags are kept as they come. */
  readonly privacy?: PrivacyFiles;
  /** Card files over the bundled catalogue, lowest first. */
  readonly cards: readonly string[];
  /** A file of exchange rates; absent for none. */
  readonly fx?: string;
  readonly bodyBytesMax: number;
  readonly inflightBytesMax: number;
  readonly commitIntervalMs: number;
  readonly inflightCallsMax: number;
  readonly requestTimeoutMs: number;
  readonly connectionsMax: number;
  readonly closeTimeoutMs: number;
  readonly lateAfterMs: number;
  readonly retention: RetentionConfig;
  readonly cors: CorsConfig;
  readonly metrics: MetricsConfig;
  /** Absent: nothing is limited. */
  readonly quota?: QuotaConfig;
  /** Absent: every call stays where it was sent. */
  readonly residency?: ResidencyConfig;
  readonly exporters: readonly ExporterConfig[];
  /** Exports that are made by themselves; absent for none. */
  readonly exports?: readonly ScheduledExport[];
}

export interface ListenAddress {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface GrpcListenAddress extends ListenAddress {
  /** True when nobody asked for it: a port that is taken is then told and not an error. */
  readonly isDefault: boolean;
}

/** Days; 0 is for ever. */
export interface RetentionConfig {
  readonly callsDays: number;
  readonly contextDays: number;
  readonly hoursDays: number;
}

export interface CorsConfig {
  /** Empty: no page of another origin is invited. */
  readonly origins: readonly string[];
}

export interface QueueConfig {
  /** A directory; absent for a queue in memory. */
  readonly path?: string;
  readonly bytesMax: number;
}

export interface ExporterConfig {
  readonly name: string;
  /** The full URL that is posted to. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Put on every span that gets its cost here, on the way to this exporter alone; absent for none. */
  readonly attributes?: readonly AddedAttribute[];
  readonly compression: Compression;
  readonly timeoutMs: number;
  /** Most bytes in memory. */
  readonly queueBytesMax: number;
  readonly queue: QueueConfig;
  readonly retry: RetryConfig;
}

export const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];
