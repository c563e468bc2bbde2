import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientSchema } from '../../build/client-schema.ts';
import { shippedFiles, terraformFile } from '../provision/shipped-files.ts';
import { DEFAULT_VARIABLES } from '../provision/variables.ts';
import { lintFile } from './lint-file.ts';
import { CLIENT_SCHEMA } from './schema/client-schema.ts';

const FOLDER = join(import.meta.dirname, '../../../../dashboards/datadog');
const FILES = shippedFiles();

test.each(FILES.map((file) => [file.path, file] as const))(
  '%s is what its source makes of it, and passes the lint',
  (path, { json }) => {
    expect(JSON.parse(readFileSync(join(FOLDER, path), 'utf8'))).toEqual(json);
    expect(lintFile(json).findings).toEqual([]);
  },
);

test('every file of the folder is one that is made', () => {
  const committed = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  expect(committed.sort()).toEqual([...FILES.map(({ path }) => path), 'variables.json'].sort());
  expect(JSON.parse(readFileSync(join(FOLDER, 'variables.json'), 'utf8'))).toEqual(DEFAULT_VARIABLES);
  expect(readFileSync(join(FOLDER, 'main.tf'), 'utf8')).toBe(terraformFile(FILES));
});

test('the schema is that of the client that is installed', () => {
  expect(CLIENT_SCHEMA).toEqual(clientSchema());
});

test('the client reads every file whole and writes the same', () => {
  const { ObjectSerializer } = createRequire(import.meta.url)(
    '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js',
  ) as {
    readonly ObjectSerializer: {
      deserialize(value: unknown, type: string): unknown;
      serialize(value: unknown, type: string): unknown;
    };
  };
  for (const { kind, json } of FILES) {
    const type = kind === 'dashboard' ? 'Dashboard' : 'Monitor';
    const read = ObjectSerializer.deserialize(structuredClone(json), type);
    expect(ObjectSerializer.serialize(read, type)).toEqual(json);
    expect(JSON.stringify(read)).not.toMatch(/"_unparsed":true|"additionalProperties":\{"/);
  }
});
