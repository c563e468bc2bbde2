export { apiRoutes } from './api/routes.ts';
export {
  COMPRESSIONS,
  type CollectorConfig,
  type Compression,
  type ExporterConfig,
  type ListenAddress,
} from './config/collector-config.ts';
export { parseListenAddress } from './config/listen-address.ts';
export { COLLECTOR_OPTIONS, EXPORTER_OPTIONS, type Option, RETRY_OPTIONS } from './config/options.ts';
export { parseConfig } from './config/parse-config.ts';
export type { Dialect } from './dialects/dialect.ts';
export { DIALECTS } from './dialects/index.ts';
export { openDuckDbLedger } from './ledger/duckdb/open-duck-db-ledger.ts';
export { type AppendResult, type Ledger, LedgerUnavailableError, type PricedCall } from './ledger/ledger.ts';
export { type Collector, type CollectorParts, startCollector } from './start-collector.ts';
