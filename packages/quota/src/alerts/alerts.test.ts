import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMoney } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { Quota } from '../engine/quota.ts';
import { parseRules } from '../rules/read-rules.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { prometheusRules } from './prometheus-rules.ts';
import { claimAlerts, digestAlerts } from './quota-alerts.ts';

const NOW = 1_764_000_000_000;
const RULES = parseRules(
  `format: costspan.quota/1
rules:
  - id: customer-month
    applies_per: [customer_id]
    limits: [{ cost: "10", per: month }, { requests: 10, per: minute }]
    alerts: { thresholds: [75, 100], notify: [{ slack: "#spend" }] }
  - { id: day, limits: [{ tokens: 5, per: day }], alerts: { thresholds: [50] } }
  - { id: ever, limits: [{ tokens: 5, per: lifetime }] }`,
  'alerts',
);
const callOf = (customer_id: string) => ({ provider: 'openai', model: 'gpt-4o', tags: { customer_id } });

test('74.9, 75.0, a refund, 75.1: one alert, on whichever replica, and none again after a restart', async () => {
  let store = new MemoryStore();
  const replicas = [0, 1, 2].map(() => new Quota({ rules: RULES, store }));
  for (const [index, step] of ['7.49', '0.01', '-0.50', '0.51'].entries()) {
    await replicas[index % 3]!.record(`step-${index}`, callOf('acme'), { cost: parseMoney(step) }, NOW);
  }
  const [alert, ...others] = await claimAlerts(replicas[2]!, 10, NOW, 1000);
  expect(alert).toMatchObject({
    ruleId: 'customer-month',
    limitId: 'cost/month',
    bucket: { customer_id: 'acme' },
    percent: 75,
    limit: parseMoney('10'),
    used: parseMoney('7.5'),
    notify: [{ slack: '#spend' }],
  });
  expect(others).toEqual([]);
  store.confirmAlerts([alert!.id]);
  store = MemoryStore.restore(JSON.parse(JSON.stringify(store.snapshot())));
  const restarted = new Quota({ rules: RULES, store });
  await restarted.record('after', callOf('acme'), { cost: parseMoney('0.10') }, NOW);
  expect(await claimAlerts(restarted, 10, NOW, 1000)).toEqual([]);
});

test('5,000 buckets that cross at once are one digest, and none is lost when the notifier dies', async () => {
  const quota = new Quota({ rules: RULES, store: new MemoryStore() });
  for (let index = 0; index < 5000; index += 1) {
    await quota.record(
      `c-${index}`,
      callOf(`customer-${index}`),
      { cost: parseMoney(index === 4321 ? '9.99' : '8') },
      NOW,
    );
  }
  await claimAlerts(quota, 2000, NOW, 60_000);
  const alerts = await claimAlerts(quota, 10_000, NOW + 60_000, 60_000);
  const [digest, ...others] = digestAlerts(alerts, 3);
  expect(others).toEqual([]);
  expect(new Set(digest!.alerts.map(({ bucket }) => bucket['customer_id'])).size).toBe(5000);
  expect(digest).toMatchObject({ ruleId: 'customer-month', percent: 75, notify: [{ slack: '#spend' }] });
  expect(digest!.named.map(({ bucket }) => bucket['customer_id'])).toEqual([
    'customer-4321',
    'customer-0',
    'customer-1',
  ]);
  await quota.store.confirmAlerts(alerts.map(({ id }) => id));
  expect(await claimAlerts(quota, 10, NOW + 600_000, 1000)).toEqual([]);
});

describe('rules for Prometheus', () => {
  const text = prometheusRules(RULES);
  const expressions = [...text.matchAll(/expr: (.*)/g)].map((match) => match[1]);

  test('are thresholds, pairs of burn windows and a projection for every calendar limit', () => {
    expect(text.match(/alert: \w+/g)).toEqual(
      [
        ...['Threshold', 'Threshold', 'Burn', 'Burn', 'Burn', 'ProjectedOverrun'],
        ...['Threshold', 'Burn', 'Burn', 'ProjectedOverrun'],
      ].map((name) => `alert: CostspanQuota${name}`),
    );
    expect(expressions).toContain(
      'max without (instance, pod, job) (costspan_quota_used_ratio{rule="customer-month",unit="cost",per="month"}) >= 0.75',
    );
    expect(expressions.join()).toContain('window="1h"}) > 14.4 and ignoring (window) max');
    expect(expressions.join()).toContain('window="period"}) > 1');
  });

  const isAbsent = spawnSync('promtool', ['--version']).status !== 0;
  test.skipIf(isAbsent && process.env['COSTSPAN_REQUIRE_ALL'] !== '1')(
    'are accepted by promtool (apt-get install prometheus), and fire',
    () => {
      expect(isAbsent, 'promtool is missing: apt-get install prometheus').toBe(false);
      const home = mkdtempSync(join(tmpdir(), 'costspan-prometheus-'));
      try {
        writeFileSync(join(home, 'rules.yaml'), text);
        writeFileSync(join(home, 'test.yaml'), PROMETHEUS_TEST);
        for (const args of [
          ['check', 'rules', 'rules.yaml'],
          ['test', 'rules', 'test.yaml'],
        ]) {
          const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: home, encoding: 'utf8' });
          expect([status, `${stdout}${stderr}`]).toEqual([0, expect.not.stringContaining('FAILED')]);
        }
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
});

/** Two replicas report one budget: 80 % used, the last hour too fast, the last five minutes not. */
const PROMETHEUS_TEST = `
rule_files: [rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'costspan_quota_used_ratio{rule="customer-month",unit="cost",per="month",bucket="customer_id=acme",instance="a"}', values: '0.8x30' }
      - { series: 'costspan_quota_used_ratio{rule="customer-month",unit="cost",per="month",bucket="customer_id=acme",instance="b"}', values: '0.8x30' }
      - { series: 'costspan_quota_burn_rate{rule="customer-month",unit="cost",per="month",bucket="customer_id=acme",window="1h",instance="a"}', values: '15x30' }
      - { series: 'costspan_quota_burn_rate{rule="customer-month",unit="cost",per="month",bucket="customer_id=acme",window="5m",instance="a"}', values: '1x10 15x20' }
    alert_rule_test:
      - eval_time: 5m
        alertname: CostspanQuotaBurn
        exp_alerts: []
      - eval_time: 20m
        alertname: CostspanQuotaBurn
        exp_alerts:
          - exp_labels: { severity: critical, pair: 1h, rule: customer-month, unit: cost, per: month, bucket: customer_id=acme, window: 1h }
            exp_annotations:
              summary: 'Quota customer-month: customer_id=acme burns cost per month 14.4 times too fast'
              description: 'At this rate 2 % of the limit is used in 1h.'
      - eval_time: 5m
        alertname: CostspanQuotaThreshold
        exp_alerts:
          - exp_labels: { severity: warning, threshold: "75", rule: customer-month, unit: cost, per: month, bucket: customer_id=acme }
            exp_annotations:
              summary: 'Quota customer-month: 75 % of cost per month used by customer_id=acme'
              description: 'Used and reserved are 80% of the limit.'
`;
