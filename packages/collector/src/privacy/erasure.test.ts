import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callSpan, type KeyHttp, SENT_FROM, SENT_TO, startKeyHttp } from '../access/key-http.contract.ts';
import { encodeProtobuf, type PlainRequest } from '../otlp/decoder.contract.ts';

const JANE = 'jane.doe@example.com';
const JOHN = 'john.smith@example.com';
const GLOSSARY = `
tags:
  customer_id: {}
  user: { pii: hash }
  email: { pii: reject }
`;

let folder: string;
let backend: Server;
let received: Buffer[];
let http: KeyHttp | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-erasure-'));
  writeFileSync(join(folder, 'tags.yaml'), GLOSSARY);
  writeFileSync(
    join(folder, 'quota.yaml'),
    'format: costspan.quota/1\nrules:\n  - id: per-user\n    applies_per: [user]\n    limits: [{ tokens: 1000000, per: month }]\n',
  );
  received = [];
  backend = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    received.push(incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    outgoing.end();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await http?.close();
  http = undefined;
  await new Promise((resolve) => backend.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const config = (over: object = {}) => ({
  privacy: { tags: join(folder, 'tags.yaml') },
  quota: { rules: join(folder, 'quota.yaml') },
  metrics: { labels: { user: 50 } },
  ...over,
});

/** Where a text stands among everything that the process wrote, told or handed out. */
async function foundIn({ data, said, ask }: KeyHttp, admin: string, text: string): Promise<string[]> {
  const files = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const range = `from=${SENT_FROM}&to=${SENT_TO}`;
  const paths = [
    '/metrics',
    '/api/v1/calls?limit=1000',
    '/api/v1/usage/values?field=user',
    `/api/v1/usage/export?format=csv&${range}`,
    `/api/v1/usage/export?format=ndjson&${range}`,
    '/api/v1/quota/status',
  ];
  const answers = await Promise.all(paths.map(async (path) => [path, await (await ask(path, admin)).text()] as const));
  return [
    ...files.filter((file) => readFileSync(file).includes(text)).map((file) => file.slice(data.length + 1)),
    ...(said.some((line) => line.includes(text)) ? ['the log'] : []),
    ...answers.filter(([, answer]) => answer.includes(text)).map(([path]) => path),
  ];
}

const question = JSON.stringify({
  from: SENT_FROM,
  to: SENT_TO,
  metrics: ['calls', 'cost', 'input_tokens', 'output_tokens'],
  groupBy: ['user', 'customer_id'],
});

async function usage({ ask }: KeyHttp, admin: string): Promise<{ rows: { user: string }[]; total: object }> {
  const { rows, total } = await (await ask('/api/v1/usage/query', admin, { method: 'POST', body: question })).json();
  return { rows, total };
}

async function erase(
  { ask }: KeyHttp,
  admin: string,
  body: object,
): Promise<{ erased: boolean; subjects: { pseudonym: string }[] }> {
  const answer = await ask('/api/v1/privacy/erasures', admin, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  return answer.json();
}

/** A person in every place of a span where one may stand. */
function spanOf(n: number, person: string): object {
  const span = callSpan(n, { customer_id: 'acme', user: person, email: person }) as { attributes: object[] };
  span.attributes.push(
    { key: 'user.id', value: { stringValue: person } },
    { key: 'metadata', value: { stringValue: JSON.stringify({ who: person }) } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: `by ${person}` }] } } },
  );
  return { ...span, name: `chat for ${person}`, status: { message: `no luck, ${person}` } };
}

test('an erased person is in no file, queue, export, metric or log, and every total stays as it was', async () => {
  // A backend that is away: what is to be forwarded waits on the disk.
  const away = { away: { endpoint: 'http://127.0.0.1:9', retry: { delayMs: 60_000 } } };
  http = await startKeyHttp(config({ exporters: away }));
  const admin = http.make({ role: 'admin' });
  const people = [JANE, JOHN, JANE];
  expect(
    (
      await http.sendSpans(
        admin,
        people.map((person, n) => spanOf(n + 1, person)),
      )
    ).status,
  ).toBe(200);
  const decision = { id: 'd1', provider: 'openai', model: 'gpt-4o', tags: { user: JANE } };
  const decided = await http.ask('/api/v1/quota/decisions', admin, { method: 'POST', body: JSON.stringify(decision) });
  expect(decided.status).toBe(200);
  const before = await usage(http, admin);
  expect(before.rows.map(({ user }) => user)).toEqual([expect.stringMatching(/^p_/), expect.stringMatching(/^p_/)]);
  // The search finds what is there: the pseudonym stands in the queue and in the ledger or what is on its way there.
  const places = await foundIn(http, admin, before.rows[0]?.user as string);
  expect(places).toEqual(
    expect.arrayContaining([expect.stringMatching(/^queue/), expect.stringMatching(/^(ledger|journal)/), '/metrics']),
  );
  // Only the key file leads from a pseudonym to a person.
  expect(await foundIn(http, admin, JANE)).toEqual([join('privacy', 'subjects.ndjson')]);

  const known = await erase(http, admin, { value: JANE, dry_run: true });
  expect(known).toMatchObject({ erased: false, subjects: [{ tag: 'user', pseudonym: before.rows[0]?.user }] });
  expect(await erase(http, admin, { value: JANE })).toEqual({ ...known, erased: true });

  expect(await foundIn(http, admin, JANE)).toEqual([]);
  expect(await foundIn(http, admin, JOHN)).toEqual([join('privacy', 'subjects.ndjson')]);
  expect(await usage(http, admin)).toEqual(before);
  expect((await erase(http, admin, { value: JANE })).subjects).toEqual([]);

  // The same person later is somebody new.
  await http.sendSpans(admin, [spanOf(9, JANE)]);
  const after = await usage(http, admin);
  expect(after.rows).toHaveLength(3);
  expect(after.rows.map(({ user }) => user)).toEqual(expect.arrayContaining(before.rows.map(({ user }) => user)));
});

test('a pseudonym is the same after a restart', async () => {
  http = await startKeyHttp(config());
  const admin = http.make({ role: 'admin' });
  await http.sendSpans(admin, [spanOf(1, JANE)]);
  const { rows } = await usage(http, admin);
  const { Subjects, subjectFileOf } = await import('./subjects.ts');
  expect(Subjects.open(subjectFileOf(http.data), 10).pseudonymOf('user', JANE)).toBe(rows[0]?.user);
});

describe.each(['json', 'protobuf'] as const)('what is forwarded as %s', (format) => {
  test('names no person, and keeps everything else', async () => {
    const { port } = backend.address() as AddressInfo;
    http = await startKeyHttp(config({ exporters: { backend: `http://127.0.0.1:${port}` } }));
    const plain = {
      resourceSpans: [{ scopeSpans: [{ spans: [spanOf(1, JANE), callSpan(2, { customer_id: 'acme' })] }] }],
    };
    const body =
      format === 'json' ? Buffer.from(JSON.stringify(plain)) : encodeProtobuf(plain as unknown as PlainRequest);
    const headers = { 'content-type': format === 'json' ? 'application/json' : 'application/x-protobuf' };
    const sent = await http.ask('/v1/traces', undefined, { method: 'POST', body: new Uint8Array(body), headers });
    expect(sent.status).toBe(200);
    await vi.waitUntil(() => received.length > 0, { timeout: 60_000 });
    const [forwarded] = received as [Buffer];
    expect(forwarded.includes(JANE)).toBe(false);
    const [known] = (await erase(http, '', { value: JANE, dry_run: true })).subjects;
    const text = forwarded.toString('utf8');
    // Tag, user.id, metadata, list, name and status; the tag that is refused is removed.
    expect(text.split(known?.pseudonym as string).length - 1).toBeGreaterThanOrEqual(6);
    for (const kept of ['gpt-4o', 'costspan.cost.total_exact', 'no luck, p_', 'chat for p_'])
      expect(text).toContain(kept);
  });
});
