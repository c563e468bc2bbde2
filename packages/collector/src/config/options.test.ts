import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COLLECTOR_OPTIONS, EXPORTER_OPTIONS, type Option, RETRY_OPTIONS } from './options.ts';

test('every option says in a sentence what it is and what zero means', () => {
  for (const table of [COLLECTOR_OPTIONS, EXPORTER_OPTIONS, RETRY_OPTIONS]) {
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
  const tables: [string, Record<string, Option>][] = [
    ['', COLLECTOR_OPTIONS],
    ['exporters.*.', EXPORTER_OPTIONS],
    ['exporters.*.retry.', RETRY_OPTIONS],
  ];
  for (const [prefix, table] of tables) {
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
  return option.default === '' ? 'none' : `\`${option.default}\``;
}
