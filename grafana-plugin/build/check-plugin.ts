// Holds the built plugin to the rules; says every rule that is broken and ends with 1 then.
import { join } from 'node:path';
import { PLUGIN_RULES } from './plugin-rules.ts';
import { readPlugin } from './read-plugin.ts';

const plugin = readPlugin(process.argv[2] ?? join(import.meta.dirname, '../dist'));
const broken = PLUGIN_RULES.map(({ name, check }) => ({ name, mistakes: check(plugin) })).filter(
  ({ mistakes }) => mistakes.length > 0,
);
for (const { name, mistakes } of broken)
  process.stdout.write(`✗ ${name}\n${mistakes.map((mistake) => `    ${mistake}\n`).join('')}`);
process.stdout.write(`${PLUGIN_RULES.length - broken.length} of ${PLUGIN_RULES.length} rules hold\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
