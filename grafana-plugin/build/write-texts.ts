// Writes the English texts of the sources where Grafana looks for them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { extractTexts } from './extract-texts.ts';

const sources = join(import.meta.dirname, '../src');
const file = join(sources, 'locales/en-US/costspan-usage-app.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(extractTexts(sources), null, 2)}\n`);
