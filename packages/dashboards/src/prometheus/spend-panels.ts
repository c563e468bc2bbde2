import type { PanelSpec } from '../panels/panel-spec.ts';

/** How fast money is spent, the parts by labels upon each other. `cost` is the selector of the counter. */
export function spendPerHour(cost: string, by: readonly string[], title: string, description: string): PanelSpec {
  return {
    kind: 'timeseries',
    title,
    description,
    unit: 'currencyUSD',
    isStacked: true,
    queries: [
      {
        expr: `sum by (${by.join(', ')}) (rate(${cost}[$__rate_interval])) * 3600`,
        legend: by.map((label) => `{{${label}}}`).join(' '),
      },
    ],
  };
}

/** The share of spend whose calls lack a tag. `untagged` selects them, `cost` all. */
export function spendOfNobody(cost: string, untagged: string, tag: string, what: string): PanelSpec {
  return {
    kind: 'stat',
    title: `Spend of no ${what}`,
    description: `Share of spend whose calls carry no ${tag}.`,
    unit: 'percentunit',
    decimals: 1,
    width: 12,
    levels: [
      { from: null, color: 'text' },
      { from: 0.05, color: 'orange' },
    ],
    queries: [
      {
        expr: `(sum(increase(${untagged}[$__range])) or vector(0)) / (sum(increase(${cost}[$__range])) > 0)`,
        legend: `no ${what}`,
      },
    ],
  };
}
