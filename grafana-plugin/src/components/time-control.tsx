import { dateTime, getTimeZone, makeTimeRange, type TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, TimeRangePicker } from '@grafana/ui';
import { COMPARISONS, type Comparison, usePeriod } from '../app/period.tsx';
import { HiddenLabel } from './hidden-label.tsx';
import { RefreshButton } from './refresh-button.tsx';

/** Which time, and what to hold it against. Both are in the address. */
export function TimeControl() {
  const period = usePeriod();
  const length = period.toMs - period.fromMs;
  const put = (range: TimeRange): void => period.set({ from: written(range.raw.from), to: written(range.raw.to) });
  const shift = (by: number): void =>
    put(makeTimeRange(dateTime(period.fromMs + by * length), dateTime(period.toMs + by * length)));
  const zoomOut = (): void => {
    const from = period.fromMs - length / 2;
    put(makeTimeRange(dateTime(from), dateTime(Math.min(period.toMs + length / 2, Math.max(Date.now(), period.toMs)))));
  };
  return (
    <>
      <HiddenLabel htmlFor="period-compare">{t('time.compare', 'Compare with')}</HiddenLabel>
      <Combobox<Comparison>
        id="period-compare"
        aria-label={t('time.compare', 'Compare with')}
        width={18}
        value={period.compare}
        options={COMPARISONS.map((value) => ({ value, label: comparisonName(value) }))}
        onChange={({ value }) => period.setCompare(value)}
      />
      {/* Grafana writes it in English, from left to right: within Arabic its two ends would change places. */}
      <div dir="ltr">
        <TimeRangePicker
          value={period.range}
          timeZone={getTimeZone()}
          onChange={put}
          onChangeTimeZone={() => {}}
          onMoveBackward={() => shift(-1)}
          onMoveForward={() => shift(1)}
          onZoom={zoomOut}
          isOnCanvas
        />
      </div>
      <RefreshButton onClick={period.refresh} />
    </>
  );
}

function comparisonName(comparison: Comparison): string {
  switch (comparison) {
    case 'previous_period':
      return t('time.previous-period', 'Period before');
    case 'previous_year':
      return t('time.previous-year', 'Year before');
    case 'none':
      return t('time.no-comparison', 'No comparison');
    default:
      return comparison satisfies never;
  }
}

function written(time: TimeRange['raw']['from']): string {
  return typeof time === 'string' ? time : String(time.valueOf());
}
