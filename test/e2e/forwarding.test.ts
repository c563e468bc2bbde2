import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { scratchDirectory, startCostspan } from './costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from './otlp.ts';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

test('a backend behind the collector gets every span, and those of calls with their cost', async () => {
  const received: Attribute[][] = [];
  const backend = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as {
      resourceSpans: { scopeSpans: { spans: { attributes: Attribute[] }[] }[] }[];
    };
    received.push(
      ...body.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(({ attributes }) => attributes)),
      ),
    );
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const data = await scratchDirectory();
  const config = join(data.path, 'costspan.yaml');
  await writeFile(
    config,
    `exporters:\n  tempo: { endpoint: 'http://127.0.0.1:${(backend.address() as AddressInfo).port}' }\n`,
  );
  const collector = await startCostspan(['up', '--data', data.path, '--config', config]);
  try {
    const other = { attributes: { 'http.request.method': 'GET' } };
    expect((await sendOtlp(collector.url, otlpRequest([chatSpan('acme'), other]))).status).toBe(200);
    // Closing delivers what is queued.
    expect((await collector.stop('SIGTERM')).code).toBe(0);
    expect(received).toHaveLength(2);
    const [call, get] = received.map((attributes) =>
      Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    );
    expect(call).toMatchObject({
      'costspan.tag.customer_id': 'acme',
      'costspan.cost.total_exact': '0.00027',
      'costspan.cost.total': 0.00027,
      'costspan.cost.currency': 'USD',
      'costspan.cost.status': 'priced',
      'costspan.cost.card': 'openai/gpt-4o-mini',
    });
    expect(Object.keys(get ?? {})).toEqual(['http.request.method']);
  } finally {
    await collector.stop('SIGKILL');
    backend.close();
    await data.remove();
  }
});
