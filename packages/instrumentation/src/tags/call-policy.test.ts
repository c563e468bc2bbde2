import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COSTSPAN } from '@costspan/usage';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Dialect } from '../testing/dialect.ts';
import { ollamaDialect } from '../testing/dialects/ollama.ts';
import { chatDialect } from '../testing/dialects/stainless.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';
import { callTags } from './call-tags.ts';
import { withTags } from './context-tags.ts';
import { MissingTagsError } from './missing-tags-error.ts';
import { setClientTags } from './set-client-tags.ts';

const { telemetry, server } = startStage();
const { esm } = loadCopies();
const chat = chatDialect('esm', esm.openai);
const ollama = ollamaDialect('esm', esm.ollama);

const attributes = () => telemetry.spans().at(-1)?.attributes ?? {};
const make = (dialect: Dialect = chat) => {
  server.answerWith({ body: JSON.stringify(dialect.body) });
  return dialect.open(server.url).whole();
};

const GLOSSARY = {
  tags: {
    customer_id: { required: true },
    user: { pii: 'hash' },
    email: { pii: 'reject' },
    environment: { values: ['production', 'staging'] },
  },
  unknown: 'drop',
  missing: { production: 'throw', staging: 'warn', default: 'mark' },
};

test('each tag says where it was set', async () => {
  telemetry.instrumentation.setConfig({ tags: { team: 'process', environment: 'prod' } });
  server.answerWith({ body: JSON.stringify(chat.body) });
  const client = setClientTags(new esm.openai.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` }), {
    team: 'client',
    business_unit: 'client',
  });
  await withTags({ customer_id: 'acme', feature_name: 'context' }, () =>
    client.chat.completions.create({ model: 'gpt-5', messages: [] }, callTags({ feature_name: 'call' })),
  );
  expect(String(attributes()[COSTSPAN.tagSources]).split(',').sort()).toEqual([
    'business_unit=client',
    'customer_id=context',
    'environment=process',
    'feature_name=call',
    'team=client',
  ]);
});

describe('under a glossary', () => {
  beforeEach(() => telemetry.instrumentation.setConfig({ glossary: GLOSSARY }));

  test('personal values are hashed or left out, the same way each time, and unknown tags are left out', async () => {
    const tags = { customer_id: 'acme', user: 'jane@example.com', email: 'jane@example.com', colour: 'red' };
    await withTags(tags, () => make());
    const first = attributes();
    expect(first['costspan.tag.user']).toMatch(/^h_[0-9a-f]{32}$/);
    expect(JSON.stringify(first)).not.toMatch(/jane|red/);
    await withTags(tags, () => make());
    expect(attributes()['costspan.tag.user']).toBe(first['costspan.tag.user']);
    expect(telemetry.warnings.join('\n')).toMatch(/email holds personal data[\s\S]*colour is not in the glossary/);
  });

  test('a call without a required tag is marked, said or not made, by environment', async () => {
    await make();
    expect(attributes()[COSTSPAN.tagsMissing]).toBe('customer_id');
    expect(telemetry.warnings).toEqual([]);

    await withTags({ environment: 'staging' }, () => make());
    expect(attributes()[COSTSPAN.tagsMissing]).toBe('customer_id');
    expect(telemetry.warnings.join()).toContain('calls lack the tags customer_id');

    telemetry.clear();
    for (const dialect of [chat, ollama]) {
      const refused = withTags({ environment: 'production' }, async () => make(dialect));
      await expect(refused).rejects.toBeInstanceOf(MissingTagsError);
    }
    expect(telemetry.spans()).toEqual([]);
    expect(server.requests).toEqual([]);
    await withTags({ environment: 'production', customer_id: 'acme' }, () => make());
    expect(COSTSPAN.tagsMissing in attributes()).toBe(false);
  });
});

test('a file is read, and one with mistakes is said with all of them and changes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'costspan-tags-'));
  try {
    const file = join(folder, 'tags.yaml');
    await writeFile(file, 'tags:\n  customer_id: { length_max: 4 }\n');
    telemetry.instrumentation.setConfig({ glossary: file });
    await withTags({ customer_id: 'acme5' }, () => make());
    expect('costspan.tag.customer_id' in attributes()).toBe(false);

    telemetry.clear();
    await writeFile(file, 'tags:\n  customer_id: { pii: maybe, size: 3 }\n');
    telemetry.instrumentation.setConfig({ glossary: file });
    await withTags({ customer_id: 'acme5' }, () => make());
    expect(attributes()['costspan.tag.customer_id']).toBe('acme5');
    expect(telemetry.warnings.join()).toContain('2 mistakes');
  } finally {
    await rm(folder, { recursive: true });
  }
});
