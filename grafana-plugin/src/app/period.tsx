import { dateTime, getTimeZone, makeTimeRange, rangeUtil, type TimeRange } from '@grafana/data';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { type Grain, grainFor } from '../domain/grain.ts';
import { choice, readState, text, writeState } from '../domain/url-state.ts';
import { useRefresh } from './use-refresh.ts';

export const COMPARISONS = ['previous_period', 'previous_year', 'none'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** The time that the pages are about. */
export interface Period {
  readonly range: TimeRange;
  readonly fromMs: number;
  readonly toMs: number;
  /** ISO instants, as the API takes them. */
  readonly from: string;
  readonly to: string;
  /** IANA name of the viewer's zone. */
  readonly timezone: string;
  readonly grain: Grain;
  readonly compare: Comparison;
  set(range: { readonly from: string; readonly to: string }): void;
  setCompare(compare: Comparison): void;
  /** Resolves `now` anew. */
  refresh(): void;
}

const PARAMS = {
  from: text('now-30d/d'),
  to: text('now'),
  compare: choice(COMPARISONS, 'previous_period'),
};
/** Names of the parameters that go along from page to page. */
export const PERIOD_PARAMS = Object.keys(PARAMS);

const PeriodContext = createContext<Period | undefined>(undefined);

export function PeriodProvider({ children }: { children: ReactNode }) {
  const [search, setSearch] = useSearchParams();
  const [refreshed, setRefreshed] = useState(0);
  const { from, to, compare } = readState(PARAMS, search);
  const refresh = useCallback(() => setRefreshed((count) => count + 1), []);
  useRefresh(refresh, to.startsWith('now'));
  const resolved = useMemo(() => resolve(from, to, refreshed), [from, to, refreshed]);
  const period = useMemo<Period>(
    () => ({
      ...resolved,
      compare,
      refresh,
      set: (range) => setSearch((now) => writeState(PARAMS, now, range)),
      setCompare: (wanted) => setSearch((now) => writeState(PARAMS, now, { compare: wanted })),
    }),
    [resolved, compare, refresh, setSearch],
  );
  return <PeriodContext.Provider value={period}>{children}</PeriodContext.Provider>;
}

export function usePeriod(): Period {
  const period = useContext(PeriodContext);
  if (period === undefined) throw new Error('usePeriod stands outside of PeriodProvider');
  return period;
}

const QUANTUM_MS = 10_000;

/** `refreshed` only makes `now` be read again. */
function resolve(from: string, to: string, refreshed: number) {
  const zone = getTimeZone();
  const timezone = zone === 'browser' || zone === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : ianaOf(zone);
  const raw = rangeUtil.convertRawToRange({ from: rawOf(from), to: rawOf(to) }, timezone);
  const valid = raw.from.isValid() && raw.to.isValid() && raw.from.valueOf() < raw.to.valueOf();
  const range = valid && refreshed >= 0 ? raw : rangeUtil.convertRawToRange({ from: 'now-30d/d', to: 'now' }, timezone);
  const fromMs = range.from.valueOf();
  // Questions within ten seconds are the same question; the end lies after whatever is there by then.
  const toMs = to.startsWith('now') ? Math.ceil(range.to.valueOf() / QUANTUM_MS) * QUANTUM_MS : range.to.valueOf();
  return {
    range: makeTimeRange(range.from, range.to),
    fromMs,
    toMs,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    timezone,
    grain: grainFor(fromMs, toMs),
    raw: { from, to },
  };
}

/** Addresses hold `now-7d`, milliseconds or ISO instants, as Grafana writes them. */
function rawOf(written: string) {
  if (written.startsWith('now')) return written;
  return dateTime(/^\d+$/.test(written) ? Number(written) : written);
}

function ianaOf(zone: string): string {
  return zone.toLowerCase() === 'utc' ? 'UTC' : zone;
}
