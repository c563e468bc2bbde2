import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { PriceBook } from '@costspan/pricing';
import { rulesToRebuild } from '@costspan/quota';
import type { Tags } from '@costspan/usage';
import type { Hono } from 'hono';
import type { BilledChange } from '../ledger/billed-change.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Notices, Say } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { BurnTable } from './burn-table.ts';
import { countLedger } from './count-ledger.ts';
import { EmptiedStore } from './emptied-store.ts';
import { extAuthzRoutes } from './ext-authz.ts';
import { LedgerFeed } from './ledger-feed.ts';
import { Notifier } from './notifier.ts';
import { openStore } from './open-store.ts';
import { priceOf } from './price-of.ts';
import type { QuotaConfig } from './quota-config.ts';
import { QuotaDesk } from './quota-desk.ts';
import { quotaFamilies } from './quota-families.ts';
import { quotaRoutes } from './quota-routes.ts';
import { type LoadedRules, openRuleFiles, type RuleFiles } from './rule-files.ts';
import { tellRecentCalls } from './tell-recent-calls.ts';
import { openToldAlerts, toldInMemory } from './told-alerts.ts';

export interface QuotaParts {
  readonly prices: { readonly book: PriceBook };
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** Tags as the ledger has them, where those that name a person are kept as pseudonyms. */
  readonly tagsAsStored?: ((tags: Tags) => Tags) | undefined;
  /** Directory of the ledger, or `:memory:`. */
  readonly data: string;
  /** Other collectors keep their calls in the same ledger. */
  readonly isLedgerShared?: boolean;
}

/** Quotas as the rest of the collector knows them. */
export interface QuotaService {
  readonly config: QuotaConfig;
  readonly desk: QuotaDesk;
  readonly files: RuleFiles;
  readonly table: BurnTable;
  readonly notifier: Notifier;
  readonly feed: LedgerFeed;
  /** The API, to be mounted under `/api/v1/quota`. */
  routes(say: Say): Hono;
  /** The check that Envoy asks for. */
  extAuthz(say: Say): Hono;
  /** Everything that happens beside requests: counting, looking, telling. Ends it, and tells the store what it is owed. */
  close(): Promise<void>;
}

/** What was opened before the ledger, and waits for it. */
export interface WaitingQuota {
  readonly onBilled: (change: BilledChange) => void;
  /** Counts the ledger where the counters are lost with every process, and begins to follow it. */
  start(ledger: Ledger): Promise<QuotaService>;
  close(): Promise<void>;
}

const FLUSH_INTERVAL_MS = 1000;

/**
 * Opens rules, counters and alerts.
 * @throws InvalidInputError with every mistake of the rule and plan files.
 */
export async function openQuota(config: QuotaConfig, parts: QuotaParts): Promise<WaitingQuota> {
  const { metrics, notices } = parts;
  let notifier: Notifier | undefined;
  let isAway = false;
  const watch = {
    onFailure: (cause: unknown) => {
      metrics.add('quotaStoreFailures');
      if (isAway) return;
      isAway = true;
      const why = cause instanceof Error ? cause.message : String(cause);
      notices.once('quota store', `the quota counters cannot be reached, so each rule decides by itself: ${why}`);
      notifier?.tell({ kind: 'store_unreachable', cause: why, atMs: Date.now() });
    },
    onAnswer: () => {
      if (!isAway) return;
      isAway = false;
      notices.over('quota store', 'the quota counters can be reached again');
      notifier?.tell({ kind: 'store_reachable', atMs: Date.now() });
    },
  };
  let replace: (loaded: LoadedRules) => void = () => {};
  const files = await openRuleFiles({
    rules: config.rules,
    plans: config.plans,
    metrics,
    notices,
    replace: (loaded) => replace(loaded),
  });
  const { store, isShared, close: closeStore } = await openStore(config.store, watch);
  const desk = new QuotaDesk({
    rules: files.current.rules,
    store,
    priceOf: priceOf(parts.prices),
    replicas: config.replicas,
    tagsAsStored: parts.tagsAsStored,
  });
  let ledgerToCount: Ledger | undefined;
  const recount = async (asOfUs: number, ruleIds?: readonly string[]): Promise<void> => {
    if (ledgerToCount === undefined) return;
    const options = { id: randomUUID(), isFresh: false, asOfUs, ...(ruleIds && { ruleIds }) };
    const { rules, countersChanged } = await countLedger(desk, ledgerToCount, options, Date.now());
    metrics.add('quotaRecounts');
    notices.tell(`quota counters of ${rules} rules were counted again from the ledger: ${countersChanged} changed`);
  };
  const feed = new LedgerFeed(desk, metrics, config.feedCallsMax, recount);
  let changing = Promise.resolve();
  const recountRules = (ruleIds: readonly string[]): void => {
    changing = changing.then(async () => {
      await feed.hold();
      const asOfUs = feed.countedToUs;
      await recount(asOfUs, ruleIds).catch(() => feed.askForRecount());
      feed.release(asOfUs);
    });
  };
  const later = new Set<NodeJS.Timeout>();
  replace = ({ rules }) => {
    const before = desk.quota.rules;
    desk.replace(rules);
    const ruleIds = rulesToRebuild(before, rules, Date.now());
    if (ruleIds.length === 0) return;
    recountRules(ruleIds);
    // A call that is held under the rules before ends under them: the rules after it learn of it from the ledger.
    const leaseMs = Math.max(0, ...before.rules.map((rule) => rule.leaseMs));
    const again = setTimeout(() => {
      later.delete(again);
      recountRules(ruleIds);
    }, leaseMs + FLUSH_INTERVAL_MS).unref();
    later.add(again);
  };
  const closeOpened = async (): Promise<void> => {
    files.close();
    closeStore();
  };
  return {
    onBilled: feed.onBilled,
    close: closeOpened,
    start: async (ledger) => {
      ledgerToCount = ledger;
      const openedAtUs = Date.now() * 1000;
      const tellRecent = async (): Promise<void> => {
        await tellRecentCalls(desk, ledger, Date.now()).catch((error: Error) =>
          notices.tell(`calls of the last hour could not be compared with the quota counters: ${error.message}`),
        );
      };
      if (isShared) changing = tellRecent();
      else {
        feed.forget();
        await countLedger(desk, ledger, { id: randomUUID(), isFresh: true }, Date.now());
      }
      feed.release(openedAtUs);
      const isKept = !isShared && parts.data !== ':memory:';
      const told = isKept ? await openToldAlerts(join(parts.data, 'quota', 'told-alerts.ndjson')) : toldInMemory();
      notifier = new Notifier({
        desk,
        targets: config.targets,
        told,
        metrics,
        notices,
        intervalMs: config.alertIntervalMs,
      });
      const onEmptied = (): void => {
        metrics.add('quotaStoreEmptied');
        notices.tell('the quota counters were emptied by somebody; they are being counted again from the ledger');
        notifier?.tell({ kind: 'store_emptied', atMs: Date.now() });
      };
      const inTurn = (count: () => Promise<void>): Promise<void> => {
        changing = changing.then(count);
        return changing;
      };
      const { alertIntervalMs: intervalMs } = config;
      const { isLedgerShared = false } = parts;
      const emptied = isShared
        ? new EmptiedStore({ desk, ledger, feed, isLedgerShared, intervalMs, onEmptied, inTurn })
        : undefined;
      const table = new BurnTable({
        desk,
        ledger,
        metrics,
        notices,
        intervalMs: config.burnIntervalMs,
        bucketsMax: config.burnBucketsMax,
      });
      table.start();
      const { metricsBucketsMax: bucketsMax } = config;
      metrics.addSource(quotaFamilies({ desk, table, feed, bucketsMax, isStoreAway: () => isAway }));
      let dropped = desk.figures.owedDropped;
      const flush = setInterval(() => {
        void desk.flush().then((isPaid) => {
          const { owedDropped } = desk.figures;
          if (!isPaid || owedDropped === dropped) return;
          dropped = owedDropped;
          feed.askForRecount();
        });
      }, FLUSH_INTERVAL_MS).unref();
      const own = notifier;
      const service: QuotaService = {
        config,
        desk,
        files,
        table,
        notifier,
        feed,
        routes: (say) => quotaRoutes(service, say),
        extAuthz: (say) => extAuthzRoutes(service, say),
        close: async () => {
          files.close();
          for (const timer of later) clearTimeout(timer);
          await emptied?.close();
          await table.close();
          await changing;
          await feed.close();
          clearInterval(flush);
          await desk.flush();
          await own.close();
          closeStore();
        },
      };
      return service;
    },
  };
}
