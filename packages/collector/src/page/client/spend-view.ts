import type { Row } from './api.ts';
import { type Child, h } from './dom.ts';
import { formatCompact, formatCompactTick, formatCount, formatShare } from './format-count.ts';
import { exactMoney, formatMoney, formatMoneyTick } from './format-money.ts';
import { formatBucket } from './format-time.ts';
import { measureOf, type PageData } from './load-page.ts';
import { stateLink } from './navigation.ts';
import { FIELDS, type Measure, type PageState, withFilter } from './page-state.ts';
import { OTHER, type Series, stackSeries } from './stack-series.ts';
import { stackedChart } from './stacked-chart.ts';

/** The chart with its legend. `width` is that of the card's inside. */
export function spendView(
  data: PageData,
  state: PageState,
  width: number,
  colourOf: (dimension: string, name: string) => string,
): Child[] {
  const { groups, samples, buckets } = data.chart;
  const field = FIELDS[state.by];
  const names = groups.map((row) => String(row[field])).filter((name) => name !== OTHER);
  const series = stackSeries(samples, buckets, names);
  const colour = (name: string) => colourOf(state.by, name);
  return [
    stackedChart({
      series,
      buckets,
      grain: data.window.grain,
      width,
      colourOf: colour,
      format: (value) => formatMeasure(state.show, value),
      formatTick: (value) => (state.show === 'spend' ? formatMoneyTick(value) : formatCompactTick(value)),
      label: `${state.show} over time by ${state.by}; arrow keys read the bars`,
    }),
    legend(data, state, colour),
    numbersBehind(series, data, state),
  ];
}

/** Every colour with its exact sum. A click narrows the page to it. */
function legend({ chart, total }: PageData, state: PageState, colourOf: (name: string) => string): HTMLElement {
  const whole = measureOf(total, state.show);
  const field = FIELDS[state.by];
  return h(
    'ul',
    { class: 'legend' },
    ...chart.groups.map((row) => {
      const name = String(row[field]);
      const content = [
        h('i', { class: `swatch ${colourOf(name)}` }),
        h('span', { class: 'legend-name', title: name }, name),
        h('b', { title: exactMeasure(state.show, row) }, labelOf(state.show, row)),
        h(
          'span',
          { class: 'legend-share' },
          whole === 0 || (state.show === 'spend' && row['cost'] === null)
            ? ''
            : formatShare(measureOf(row, state.show) / whole),
        ),
      ];
      const isLink = name !== OTHER && state.filters[state.by] === undefined;
      const attributes = { class: 'legend-entry', 'data-key': `legend-${name}`, title: `Only ${state.by} ${name}` };
      return h(
        'li',
        {},
        isLink
          ? stateLink(state, (now) => withFilter(now, state.by, name), attributes, ...content)
          : h('span', { class: 'legend-entry' }, ...content),
      );
    }),
  );
}

let isTableOpen = false;

/** The same as a table, for reading aloud and for copying. Filled when it is opened. */
function numbersBehind(series: readonly Series[], data: PageData, state: PageState): HTMLElement {
  const details = h(
    'details',
    { class: 'numbers', open: isTableOpen },
    h('summary', { 'data-key': 'numbers' }, 'Numbers behind the chart'),
  );
  const fill = () => {
    isTableOpen = details.open;
    if (!details.open || details.querySelector('table') !== null) return;
    details.append(
      h(
        'div',
        { class: 'table-scroll' },
        h(
          'table',
          {},
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              h('th', { scope: 'col' }, 'Time'),
              ...series.map((one) => h('th', { scope: 'col', class: 'number' }, one.name)),
            ),
          ),
          h(
            'tbody',
            {},
            ...data.chart.buckets.map((start, index) =>
              h(
                'tr',
                {},
                h('th', { scope: 'row' }, formatBucket(data.window.grain, start)),
                ...series.map((one) => h('td', { class: 'number' }, formatMeasure(state.show, one.values[index] ?? 0))),
              ),
            ),
          ),
        ),
      ),
    );
  };
  details.addEventListener('toggle', fill);
  fill();
  return details;
}

function labelOf(measure: Measure, row: Row): string {
  if (measure !== 'spend') return formatCompact(measureOf(row, measure));
  const cost = row['cost'];
  return typeof cost === 'string' ? formatMoney(cost) : '—';
}

function exactMeasure(measure: Measure, row: Row): string {
  if (measure !== 'spend') return formatCount(measureOf(row, measure));
  const cost = row['cost'];
  return typeof cost === 'string' ? exactMoney(cost) : 'no call of it has a price';
}

/** A height back into words. Nine places keep the smallest bar of a call's cost. */
function formatMeasure(measure: Measure, value: number): string {
  return measure === 'spend' ? formatMoney(value.toFixed(9)) : formatCompact(Math.round(value));
}
