export type { Dialect } from '@costspan/spans';
export { DIALECTS } from '@costspan/spans';
export { type KeyDesk, openKeyDesk } from './access/key-desk.ts';
export type { KeyChange, NewKey, StoredKey } from './access/key-list.ts';
export { apiRoutes, truefoundryRoutes } from './api/routes.ts';
export {
  COMPRESSIONS,
  type CollectorConfig,
  type Compression,
  type ExporterConfig,
  type ListenAddress,
} from './config/collector-config.ts';
export { COLLECTOR_OPTIONS } from './config/collector-options.ts';
export { EXPORTER_OPTIONS, RETRY_OPTIONS } from './config/exporter-options.ts';
export { parseListenAddress } from './config/listen-address.ts';
export type { Option } from './config/option.ts';
export { parseConfig } from './config/parse-config.ts';
export { EXPORT_COLUMNS, type ExportColumn } from './exports/export-columns.ts';
export type { ExportFormat } from './exports/export-query.ts';
export { type CopyProgress, type CopySummary, copyLedger } from './ledger/copy/copy-ledger.ts';
export { openDuckDbLedger } from './ledger/duckdb/open-duck-db-ledger.ts';
export { type AppendResult, type Ledger, LedgerUnavailableError, type PricedCall } from './ledger/ledger.ts';
export { closingRoutes } from './periods/closing-routes.ts';
export { openPeriods } from './periods/open-periods.ts';
export { type KnownSubject, Subjects, subjectFileOf } from './privacy/subjects.ts';
export type { CallDetail, CallSummary, CallsPage } from './query/calls-query.ts';
export type { DriversAnswer } from './query/drivers.ts';
export type { FieldsAnswer, ValuesAnswer } from './query/read-values.ts';
export type { TraceAnswer, TraceNode, TraceSums } from './query/trace-tree.ts';
export { previousOf, type UsageResult, type UsageRow } from './query/usage-query.ts';
export { proveResidency, type ResidencyCheck, type ResidencyProof } from './residency/prove-residency.ts';
export { type Collector, type CollectorParts, startCollector } from './start-collector.ts';
