import type { PriceBook } from '@costspan/pricing';
import { CostspanError } from '@costspan/usage';
import { apiRoutes } from './api/routes.ts';
import { collectorApp } from './app.ts';
import type { CollectorConfig } from './config/collector-config.ts';
import { refusalToListen } from './config/parse-config.ts';
import { openExporters } from './exporters/index.ts';
import { Inflight } from './inflight.ts';
import { openDuckDbLedger } from './ledger/duckdb/open-duck-db-ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Notices, type Say, sayOnStderr } from './notices.ts';
import { pageRoutes } from './page/routes.ts';
import { Pipeline } from './pipeline.ts';
import { openCardFiles } from './prices/card-files.ts';
import { SelfMetrics } from './self-metrics.ts';
import { openServer } from './server.ts';

export interface Collector {
  /** `http://127.0.0.1:4318`, with the port that was taken. */
  readonly url: string;
  readonly port: number;
  readonly ledger: Ledger;
  readonly metrics: SelfMetrics;
  /** Finishes open requests, delivers what exporters hold, commits and releases the ledger. Safe to call twice. */
  close(): Promise<void>;
}

/** What a collector is made of, where it is not the usual. */
export interface CollectorParts {
  /** Prices instead of the bundled catalogue. */
  readonly book?: PriceBook;
  /** A store instead of DuckDB at `config.data`. */
  readonly ledger?: Ledger;
  /** Where sentences for the operator go instead of standard error. */
  readonly say?: Say;
}

/**
 * Starts receiver, pipeline, ledger, API and page in this process.
 * @throws CostspanError `LISTEN_UNPROTECTED` beyond loopback without keys, `LISTEN_FAILED` when the address is taken;
 *   LedgerUnavailableError when the ledger cannot be opened.
 */
export async function startCollector(config: CollectorConfig, parts: CollectorParts = {}): Promise<Collector> {
  const refusal = refusalToListen(config.listen, config.ingestKeys);
  if (refusal !== undefined) throw new CostspanError('LISTEN_UNPROTECTED', refusal);
  const metrics = new SelfMetrics();
  const say = parts.say ?? sayOnStderr;
  const notices = new Notices(say);
  const cards = await openCardFiles({ files: config.cards, metrics, notices });
  const ledger = parts.ledger ?? (await openDuckDbLedger({ path: config.data }));
  const exporters = openExporters(config.exporters, { metrics, notices });
  const prices = parts.book === undefined ? cards : { book: parts.book };
  const pipeline = new Pipeline({
    prices,
    ledger,
    exporters,
    metrics,
    notices,
    inflightCallsMax: config.inflightCallsMax,
  });
  const app = collectorApp({
    pipeline,
    metrics,
    inflightBytes: new Inflight(config.inflightBytesMax, 'as many bytes of bodies as allowed are held'),
    bodyBytesMax: config.bodyBytesMax,
    ingestKeys: config.ingestKeys,
    unreadyReason: () => pipeline.trouble(Date.now()),
    api: apiRoutes(ledger, say),
    page: pageRoutes(),
    say,
  });
  const server = await openServer(app, config.listen, config, { metrics, notices }).catch(async (error: unknown) => {
    cards.close();
    await ledger.close();
    throw error;
  });
  const closeAll = async (): Promise<void> => {
    cards.close();
    await server.close(config.closeTimeoutMs);
    await Promise.all(exporters.map((exporter) => exporter.close(config.closeTimeoutMs)));
    await ledger.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: server.url,
    port: server.port,
    ledger,
    metrics,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
