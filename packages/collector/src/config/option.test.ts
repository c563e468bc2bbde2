import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACCESS_OPTIONS } from './access-options.ts';
import { COLLECTOR_OPTIONS, CORS_OPTIONS, RETENTION_OPTIONS } from './collector-options.ts';
import { EXPORTER_OPTIONS, QUEUE_OPTIONS, RETRY_OPTIONS } from './exporter-options.ts';
import { METRICS_OPTIONS, METRICS_OTLP_OPTIONS } from './metrics-options.ts';
import type { Option } from './option.ts';
import { PRIVACY_OPTIONS } from './privacy-options.ts';
import { QUOTA_OPTIONS, QUOTA_TARGET_OPTIONS } from './quota-options.ts';
import { SCHEDULED_EXPORT_OPTIONS } from './scheduled-export-options.ts';

const TABLES: readonly [prefix: string, Record<string, Option>][] = [
  ['', COLLECTOR_OPTIONS],
  ['access.', ACCESS_OPTIONS],
  ['privacy.', PRIVACY_OPTIONS],
  ['retention.', RETENTION_OPTIONS],
  ['cors.', CORS_OPTIONS],
  ['metrics.', METRICS_OPTIONS],
  ['metrics.otlp.', METRICS_OTLP_OPTIONS],
  ['quota.', QUOTA_OPTIONS],
  ['quota.alerts.*.', QUOTA_TARGET_OPTIONS],
  ['exporters.*.', EXPORTER_OPTIONS],
  ['exporters.*.queue.', QUEUE_OPTIONS],
  ['exporters.*.retry.', RETRY_OPTIONS],
  ['exports.*.', SCHEDULED_EXPORT_OPTIONS],
];

test('every option says in a sentence what it is and what zero means', () => {
  for (const [, table] of TABLES) {
    for (const option of Object.values(table)) {
      expect(option.about).toMatch(/^[A-Z].*\.$/);
      expect(option.zero).toMatch(/\.$/);
    }
  }
});

test('the README prints the options as they are', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  const printed = rows.map((row) => row.split('|').map((cell) => cell.trim().replaceAll('\\|', '|')));
  for (const [prefix, table] of TABLES) {
    for (const [name, option] of Object.entries(table)) {
      expect(printed.find(([, cell]) => cell === `\`${prefix}${name}\``)).toEqual([
        '',
        `\`${prefix}${name}\``,
        defaultOf(option),
        option.about,
        option.zero,
        '',
      ]);
    }
  }
});

function defaultOf(option: Option): string {
  if (option.kind === 'integer') return `${option.default} ${option.unit}`;
  if (option.kind === 'texts') return 'none';
  if (option.kind === 'counts') {
    return Object.entries(option.default)
      .map(([name, count]) => `\`${name}\` ${count}`)
      .join(', ');
  }
  return option.default === '' ? 'none' : `\`${option.default}\``;
}
