import { afterEach, expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from '../e2e/otlp.ts';
import { queryUsage } from '../e2e/usage-api.ts';
import { read } from '../repository.ts';
import { queryOf, shown } from './panel-queries.ts';
import { isPrometheusMissing, PROMETHEUS_HINT, startPrometheus } from './prometheus-server.ts';

const NAME =
  '50,000 customers keep the series of a scrape below the documented bound, and the panel says how near it is';
const CUSTOMERS = 50_000;
const BATCH = 2_500;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

if (isPrometheusMissing) {
  test.skip(`${NAME} — ${PROMETHEUS_HINT}`, () => {});
} else {
  test(NAME, async () => {
    const bound = Number(/at most ([\d,]+) series/.exec(read('dashboards/README.md'))?.[1]?.replaceAll(',', ''));
    expect(bound).toBeGreaterThan(0);
    const data = await scratchDirectory();
    cleanups.push(data.remove);
    const collector = await startCostspan(['up', '--data', data.path]);
    cleanups.push(() => collector.stop('SIGKILL'));
    for (let from = 0; from < CUSTOMERS; from += BATCH) {
      const spans = Array.from({ length: BATCH }, (_, n) =>
        chatSpan(`customer_${from + n}`, {
          attributes: {
            'costspan.tag.feature_name': `feature_${(from + n) % 40}`,
            'costspan.tag.team': `team_${(from + n) % 7}`,
            'gen_ai.usage.cache_read.input_tokens': 100,
          },
        }),
      );
      expect((await sendOtlp(collector.url, otlpRequest(spans))).status).toBe(200);
    }
    const prometheus = await startPrometheus([{ job: 'costspan', target: new URL(collector.url).host }], {
      intervalMs: 10_000,
    });
    cleanups.push(prometheus.stop);
    const [calls] = await prometheus.until('sum(costspan_calls_total)', (samples) => samples.length > 0);
    expect(calls?.value).toBe(CUSTOMERS);
    expect((await queryUsage(collector.url, { metrics: ['customers'] })).total['customers']).toBe(CUSTOMERS);

    const [series] = await prometheus.instant('scrape_samples_scraped{job="costspan"}');
    expect(series?.value).toBeGreaterThan(1_000);
    expect(series?.value).toBeLessThanOrEqual(bound);

    const near = await shown(prometheus, queryOf('costspan-collector', 'Series used of the bound'), 60);
    const used = Object.fromEntries(near.map(({ labels, value }) => [labels['table'] ?? '', value]));
    expect(Object.keys(used).sort()).toEqual(['counters', 'histograms']);
    for (const value of Object.values(used)) expect(value > 0 && value <= 1).toBe(true);
    expect(used['histograms']).toBeGreaterThan(0.85);
    const values = await shown(prometheus, queryOf('costspan-collector', 'Values of labels of their bounds', 'C'), 60);
    expect(values.find(({ labels }) => labels['label'] === 'customer_id')?.value).toBe(1);
  }, 300_000);
}
