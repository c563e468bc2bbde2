import { join } from 'node:path';
import type { PriceBook } from '@costspan/pricing';
import { CostspanError, type Tags } from '@costspan/usage';
import { customerBudgets } from './access/customer-budgets.ts';
import { SENDERS } from './access/guard.ts';
import { openAccess } from './access/open-access.ts';
import { apiRoutes, truefoundryRoutes } from './api/routes.ts';
import { collectorApp } from './app.ts';
import type { CollectorConfig, GrpcListenAddress } from './config/collector-config.ts';
import { urlHost } from './config/listen-address.ts';
import { refusalToListen } from './config/parse-config.ts';
import { needsKey } from './config/read-access.ts';
import { openExporters } from './exporters/index.ts';
import type { ScheduledExports } from './exports/scheduled/open-scheduled-exports.ts';
import type { ScheduledExport } from './exports/scheduled/scheduled-export.ts';
import { Inflight } from './inflight.ts';
import { flushedLedger } from './intake/flushed-ledger.ts';
import { directIntake, type Intake } from './intake/intake.ts';
import { JournaledIntake } from './intake/journaled-intake.ts';
import { LedgerTrouble } from './intake/ledger-trouble.ts';
import type { BilledChange } from './ledger/billed-change.ts';
import { openDuckDbLedger } from './ledger/duckdb/open-duck-db-ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import { LedgerFigures } from './metrics/ledger-figures.ts';
import { openMetricsPush } from './metrics/open-metrics-push.ts';
import { Notices, type Say, sayOnStderr } from './notices.ts';
import { pageRoutes } from './page/routes.ts';
import { closingRoutes } from './periods/closing-routes.ts';
import { openPeriods } from './periods/open-periods.ts';
import { Pipeline } from './pipeline.ts';
import { openCardFiles } from './prices/card-files.ts';
import { openPrivacy } from './privacy/open-privacy.ts';
import { privacyRoutes } from './privacy/privacy-routes.ts';
import type { QuotaParts, WaitingQuota } from './quota/open-quota.ts';
import type { QuotaConfig } from './quota/quota-config.ts';
import type { GrpcParts, GrpcServer } from './receivers/otlp-grpc.ts';
import type { ResidencyConfig } from './residency/residency-config.ts';
import { ResidencyRouter } from './residency/residency-router.ts';
import { SelfMetrics } from './self-metrics.ts';
import { openServer } from './server.ts';

export interface Collector {
  /** `http://127.0.0.1:4318`, with the port that was taken. */
  readonly url: string;
  readonly port: number;
  /** The port for OTLP over gRPC; absent where it is not spoken. */
  readonly grpcPort?: number;
  readonly ledger: Ledger;
  readonly metrics: SelfMetrics;
  /** Where its receivers put what they are sent. */
  readonly pipeline: Pick<Pipeline, 'accept'>;
  /** The collectors of other regions, by name. */
  readonly regions: ReadonlyMap<string, Collector>;
  /** Finishes open requests, delivers what exporters hold, commits and releases the ledger. Safe to call twice. */
  close(): Promise<void>;
}

/** What a collector is made of, where it is not the usual. */
export interface CollectorParts {
  /** Prices instead of the bundled catalogue. */
  readonly book?: PriceBook;
  /** A store instead of that of `config.store`. Metrics of calls are then up to it: they follow the commits of ours. */
  readonly ledger?: Ledger;
  /** Where sentences for the operator go instead of standard error. */
  readonly say?: Say;
  /** Folder of built pages instead of those of this package. */
  readonly pages?: string;
}

/**
 * Starts receiver, pipeline, ledger, API and page in this process.
 * @throws CostspanError `LISTEN_UNPROTECTED` beyond loopback without keys, `LISTEN_FAILED` when an address is taken;
 *   LedgerUnavailableError when the ledger cannot be opened.
 */
export async function startCollector(config: CollectorConfig, parts: CollectorParts = {}): Promise<Collector> {
  for (const listen of [config.listen, config.grpcListen]) {
    const refusal =
      listen === undefined ? undefined : refusalToListen(listen, needsKey(config.ingestKeys, config.access));
    if (refusal !== undefined) throw new CostspanError('LISTEN_UNPROTECTED', refusal);
  }
  const opened: Closer[] = [];
  try {
    return await open(config, parts, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** Ends something that was opened. What was opened later goes first, since it uses what was there before. */
type Closer = () => Promise<void> | void;

async function closeAll(opened: Closer[]): Promise<void> {
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
}

async function open(config: CollectorConfig, parts: CollectorParts, opened: Closer[]): Promise<Collector> {
  const metrics = new SelfMetrics(config.metrics);
  const say = parts.say ?? sayOnStderr;
  const notices = new Notices(say);
  const access = openAccess(config, metrics, notices);
  opened.push(() => access.close());
  const cards = await openCardFiles({ files: config.cards, fx: config.fx, metrics, notices });
  opened.push(() => cards.close());
  const prices = parts.book === undefined ? cards : { book: parts.book };
  const privacy = config.privacy && (await openPrivacy(config.privacy, config.data, metrics));
  const tagsAsStored = privacy && ((tags: Tags) => privacy.asStored(tags));
  const isLedgerShared = config.store !== 'duckdb';
  const quotaParts = { prices, metrics, notices, tagsAsStored, data: config.data, isLedgerShared };
  const waiting = config.quota && (await openQuotas(config.quota, quotaParts));
  if (waiting !== undefined) opened.push(() => waiting.close());
  const store =
    parts.ledger ??
    (await openStore(config, (change) => {
      for (const call of change.added) {
        metrics.calls.add(call);
        metrics.lag.add(call, change.receivedAtUs);
      }
      waiting?.onBilled(change);
    }));
  opened.push(() => store.close());
  const trouble = new LedgerTrouble(metrics, notices);
  const { intake, ledger, flush, close } = await openIntake(store, config, trouble, notices);
  opened.push(close);
  const figures = new LedgerFigures(ledger);
  metrics.addSource(() => figures.families());
  opened.push(() => figures.close());
  const quota = await waiting?.start(ledger);
  if (quota !== undefined) opened.push(() => quota.close());
  const exporters = await openExporters(config.exporters, { metrics, notices });
  opened.push(() => Promise.all(exporters.map((exporter) => exporter.close(config.closeTimeoutMs))).then(() => {}));
  const push =
    config.metrics.otlp === undefined ? undefined : await openMetricsPush(config.metrics.otlp, metrics, notices);
  if (push !== undefined) opened.push(() => push.close());
  const regions = await openRegions(config.residency, say, parts, opened);
  const here = new Pipeline({
    prices,
    intake,
    exporters,
    metrics,
    privacy,
    keptFromUs: store.keptFromUs,
    inflightCallsMax: config.inflightCallsMax,
  });
  const pipeline =
    config.residency === undefined
      ? here
      : new ResidencyRouter(
          config.residency.rules,
          here,
          new Map([...regions].map(([name, region]) => [name, region.pipeline])),
        );
  const receiver = {
    pipeline,
    metrics,
    inflightBytes: new Inflight(config.inflightBytesMax, 'as many bytes of bodies as allowed are held'),
    bodyBytesMax: config.bodyBytesMax,
    isAllowed: (header: string | undefined) => access.keys.admits(header, SENDERS),
    say,
  };
  const app = collectorApp({
    ...receiver,
    access,
    corsOrigins: config.cors.origins,
    unreadyReason: () => trouble.reason(Date.now()),
    api: apiRoutes(
      ledger,
      say,
      quota?.routes(say),
      quota === undefined ? undefined : customerBudgets(quota),
      privacyRoutes(privacy),
      closingRoutes({ opened: openPeriods(ledger, config.data), source: ledger.exports, prices }),
      new Map([...regions].map(([name, region]) => [name, region.ledger])),
    ),
    extAuthz: quota?.extAuthz(say),
    gateway: truefoundryRoutes(ledger, say),
    page: pageRoutes(parts.pages),
  });
  // Between the last request and the closing of what counts calls: metrics that are pushed, quotas.
  opened.push(flush);
  const server = await openServer(app, config.listen, config, { metrics, notices });
  opened.push(() => server.close(config.closeTimeoutMs));
  if (config.exports !== undefined) {
    const exports = await openExports(config.exports, ledger, { metrics, notices });
    opened.push(() => exports.close());
  }
  const grpc =
    config.grpcListen &&
    (await openGrpc(config.grpcListen, { ...receiver, connectionsMax: config.connectionsMax }, say));
  if (grpc !== undefined) opened.push(() => grpc.close(config.closeTimeoutMs));
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    ...(grpc === undefined ? {} : { grpcPort: grpc.port }),
    ledger,
    metrics,
    pipeline,
    regions,
    close: () => {
      closing ??= closeAll(opened);
      return closing;
    },
  };
}

/** Each region is a collector of its own: nothing but the parting of requests is in common. */
async function openRegions(
  residency: ResidencyConfig | undefined,
  say: Say,
  { book }: CollectorParts,
  opened: Closer[],
): Promise<ReadonlyMap<string, Collector>> {
  const regions = new Map<string, Collector>();
  for (const [name, config] of residency?.regions ?? []) {
    const region = await startCollector(config, {
      say: (message) => say(`[${name}] ${message}`),
      ...(book && { book }),
    });
    opened.push(() => region.close());
    regions.set(name, region);
    say(`[${name}] answers at ${region.url}`);
  }
  return regions;
}

interface OpenedIntake {
  readonly intake: Intake;
  /** Answers with everything that was acknowledged. */
  readonly ledger: Ledger;
  /** Puts what was acknowledged into the ledger. */
  readonly flush: Closer;
  readonly close: Closer;
}

/** ClickHouse is loaded only where it keeps the calls. */
async function openStore(
  { store, data, lateAfterMs, retention }: CollectorConfig,
  onBilled: (change: BilledChange) => void,
): Promise<Ledger> {
  if (store === 'duckdb') return openDuckDbLedger({ path: data, lateAfterMs, retention, onBilled });
  const { openClickHouseLedger } = await import('./ledger/clickhouse/open-click-house-ledger.ts');
  return openClickHouseLedger({ url: store, lateAfterMs, onBilled });
}

/** A journal beside the ledger, unless that is in memory or every request is to be committed by itself. */
async function openIntake(
  store: Ledger,
  { data, commitIntervalMs, inflightCallsMax }: CollectorConfig,
  watch: LedgerTrouble,
  notices: Notices,
): Promise<OpenedIntake> {
  if (data === ':memory:' || commitIntervalMs === 0) {
    const nothing = (): void => {};
    return { intake: directIntake(store, watch), ledger: store, flush: nothing, close: nothing };
  }
  const path = data.endsWith('.duckdb') ? `${data}.journal` : join(data, 'journal');
  const intake = await JournaledIntake.open(store, {
    path,
    commitIntervalMs,
    waitingRowsMax: inflightCallsMax,
    watch,
    notices,
  });
  const flush = (): Promise<void> => intake.flush();
  return { intake, ledger: flushedLedger(store, flush), flush, close: () => intake.close() };
}

/** Loaded only where something is exported by itself. */
async function openExports(
  plans: readonly ScheduledExport[],
  { exports }: Ledger,
  parts: { readonly metrics: SelfMetrics; readonly notices: Notices },
): Promise<ScheduledExports> {
  if (exports === undefined) {
    throw new CostspanError(
      'EXPORTS_UNAVAILABLE',
      'exports are made from a ledger in DuckDB; leave `exports` out, or use that store',
    );
  }
  const { openScheduledExports } = await import('./exports/scheduled/open-scheduled-exports.ts');
  return openScheduledExports(plans, exports, parts);
}

/** Loaded only where something is limited. */
async function openQuotas(config: QuotaConfig, parts: QuotaParts): Promise<WaitingQuota> {
  const { openQuota } = await import('./quota/open-quota.ts');
  return openQuota(config, parts);
}

/** Loaded only where gRPC is spoken: the library takes longer to load than the rest of the receiver. */
async function openGrpc(listen: GrpcListenAddress, parts: GrpcParts, say: Say): Promise<GrpcServer | undefined> {
  const { openGrpcServer } = await import('./receivers/otlp-grpc.ts');
  try {
    return await openGrpcServer(listen, parts);
  } catch (cause) {
    const message = `cannot listen for gRPC on ${urlHost(listen.host)}:${listen.port}: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (!listen.isDefault) {
      throw new CostspanError('LISTEN_FAILED', `${message}; choose another grpcListen, or none`, { cause });
    }
    say(`${message}; OTLP over HTTP works, and grpcListen sets another address`);
    return undefined;
  }
}
