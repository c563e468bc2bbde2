// Writes docs/api.md from the OpenAPI document.
import { writeFileSync } from 'node:fs';
import { apiPage } from './api-page.ts';

writeFileSync(new URL('../../../docs/api.md', import.meta.url), apiPage());
process.stdout.write('docs/api.md is written\n');
