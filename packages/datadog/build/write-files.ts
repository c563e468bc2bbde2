// Writes dashboards/datadog and the schema of the client's models. `npm run fix` does not: what is shipped changes by hand.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shippedFiles, terraformFile } from '../src/provision/shipped-files.ts';
import { DEFAULT_VARIABLES } from '../src/provision/variables.ts';
import { clientSchema } from './client-schema.ts';

const root = join(import.meta.dirname, '../../..');
const write = (path: string, text: string): void => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const files = shippedFiles();
for (const { path, json } of files) write(`dashboards/datadog/${path}`, `${JSON.stringify(json, undefined, 2)}\n`);
write('dashboards/datadog/variables.json', `${JSON.stringify(DEFAULT_VARIABLES, undefined, 2)}\n`);
write('dashboards/datadog/main.tf', terraformFile(files));
write('packages/datadog/src/lint/schema/client-schema.json', `${JSON.stringify(clientSchema())}\n`);
