import type { Notices } from '../../notices.ts';
import type { SelfMetrics } from '../../self-metrics.ts';
import type { ExportSource } from '../export-source.ts';
import { directoryStore } from './directory-store.ts';
import { exportPeriod } from './export-period.ts';
import { s3Store } from './s3-store.ts';
import { duePeriods, type ScheduledExport } from './scheduled-export.ts';

const LOOK_EVERY_MS = 60_000;

export interface ScheduledExports {
  /** Makes what is due, one after the other, and tells what could not be made; it comes again with the next look. */
  runDue(): Promise<void>;
  /** Begins no further period and waits for the one that is being made. */
  close(): Promise<void>;
}

/** Looks once a minute for periods that are over. Their stores hold what was done, so a restart repeats nothing. */
export function openScheduledExports(
  plans: readonly ScheduledExport[],
  source: ExportSource,
  parts: { readonly metrics: SelfMetrics; readonly notices: Notices; readonly nowMs?: () => number },
): ScheduledExports {
  const nowMs = parts.nowMs ?? Date.now;
  const work = plans.map((plan) => ({
    plan,
    store: 'directory' in plan.to ? directoryStore(plan.to.directory) : s3Store(plan.to.s3),
    /** The start of the newest period that is known to be there. */
    doneUs: -1,
  }));
  let isClosed = false;
  let turn: Promise<void> = Promise.resolve();

  const runPlan = async (one: (typeof work)[number]): Promise<void> => {
    const topic = `scheduled export ${one.plan.name}`;
    try {
      for (const period of duePeriods(one.plan, nowMs())) {
        if (isClosed || period.fromUs <= one.doneUs) continue;
        if (await exportPeriod(source, one.store, one.plan, period)) parts.metrics.add('exportsMade');
        one.doneUs = period.fromUs;
      }
      parts.notices.over(topic, `the export ${one.plan.name} works again`);
    } catch (error) {
      parts.metrics.add('exportsFailed');
      parts.notices.once(topic, `the export ${one.plan.name} failed and is tried again: ${(error as Error).message}`);
    }
  };
  const runDue = (): Promise<void> => {
    turn = turn.then(async () => {
      for (const one of work) if (!isClosed) await runPlan(one);
    });
    return turn;
  };
  const timer = setInterval(() => void runDue(), LOOK_EVERY_MS);
  timer.unref();
  void runDue();
  return {
    runDue,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await turn;
    },
  };
}
