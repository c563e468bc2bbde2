import { expect, test } from 'vitest';
import { shippedFiles } from '../provision/shipped-files.ts';
import { refusalOfDashboard, refusalOfMonitor } from '../testing/loopback-datadog.ts';
import { lintFile } from './lint-file.ts';

// Answers of the API that were recorded, in the client's own tests and the issues of the Terraform provider: what is refused
// with them is told by the lint before anything is sent.

// biome-ignore lint/suspicious/noExplicitAny: mistakes are made where no type would let them be made
type Broken = any;

const RECORDED: readonly (readonly [words: RegExp, path: string, make: (file: Broken) => void])[] = [
  [
    /^'template_variables' is invalid$/,
    'executive.json',
    (file) => {
      file.template_variables[0].default = '*';
    },
  ],
  [
    /^'template_variable_presets' is invalid$/,
    'executive.json',
    (file) => {
      file.template_variable_presets[0].template_variables[0].value = '*';
    },
  ],
  [
    /^Invalid tag format\. Valid tag keys are: team\.$/,
    'executive.json',
    (file) => {
      file.tags = ['env:prod'];
    },
  ],
  [
    /^Invalid widget definition at position 0 of type undefined/,
    'executive.json',
    (file) => {
      delete file.widgets[0].definition.type;
    },
  ],
  [
    /need a layout/,
    'executive.json',
    (file) => {
      file.reflow_type = 'fixed';
    },
  ],
  [
    /^'tabs' is invalid$/,
    'models.json',
    (file) => {
      file.tabs[0].widget_ids.push(99);
    },
  ],
  [
    /invalid operator specified/,
    'monitors/customer-day.json',
    (file) => {
      file.query = file.query.replace(' > ', ' => ');
    },
  ],
  [
    /^Alert threshold \(99\) does not match that used in the query \(100\)$/,
    'monitors/customer-day.json',
    (file) => {
      file.options.thresholds.critical = 99;
    },
  ],
  [
    /^Alert status is required$/,
    'monitors/customer-day.json',
    (file) => {
      delete file.options.thresholds.critical;
    },
  ],
  [
    /can be simultaneously in alert and alert recovery states/,
    'monitors/customer-day.json',
    (file) => {
      file.options.thresholds.critical_recovery = 150;
    },
  ],
  [
    /^Non-numeric threshold value$/,
    'monitors/customer-day.json',
    (file) => {
      file.options.thresholds.critical = '100';
    },
  ],
  [
    /parameter 'query' is invalid$/,
    'monitors/spend-anomaly.json',
    (file) => {
      file.query = '{spend-unusual} &&';
    },
  ],
];

test.each(RECORDED)('%s is told before anything is sent', (words, path, make) => {
  const file = structuredClone(shippedFiles().find((one) => one.path === path)?.json) as Broken;
  make(file);
  expect((path.startsWith('monitors/') ? refusalOfMonitor : refusalOfDashboard)(file)).toMatch(words);
  expect(lintFile(file).findings).not.toEqual([]);
});

test('none of it is said of a shipped file', () => {
  for (const { kind, json, key } of shippedFiles()) {
    if (key === 'spend-anomaly') continue; // Names monitors by their keys until they have ids.
    const refused = kind === 'monitor' ? refusalOfMonitor : refusalOfDashboard;
    expect(refused(json as Broken), key).toBeUndefined();
  }
});
