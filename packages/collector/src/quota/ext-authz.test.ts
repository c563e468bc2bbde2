import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callId, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';

// There is no Envoy here. The requests have the shape that its HTTP ext_authz client sends: the method, the prefix and the
// path of the call, its host, the allowed headers, an explicit `content-length: 0` where no body is sent along.

const RULES = 'rules: [{ id: two, applies_per: [customer_id], limits: [{ requests: 2, per: day }] }]';

let http: QuotaHttp;
afterEach(() => http.collector.close());

interface EnvoyAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function envoy(
  headers: Readonly<Record<string, string>>,
  body = '',
  path = '/v1/chat/completions?a=b',
): Promise<EnvoyAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${http.collector.url}/envoy/ext_authz${path}`, {
      method: 'POST',
      headers: {
        host: 'api.openai.com',
        'content-length': String(Buffer.byteLength(body)),
        'x-envoy-internal': 'true',
        'x-forwarded-for': '10.0.0.7',
        'x-envoy-expected-rq-timeout-ms': '250',
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
    });
    sent.end(body);
  });
}

describe('Envoy asks', () => {
  beforeEach(async () => {
    http = await startQuotaHttp(RULES, {}, { ingestKeys: ['secret'] });
  });
  const key = { 'x-costspan-key': 'secret', authorization: 'Bearer sk-of-the-provider' };
  const tags = { 'x-costspan-tags': '{"customer_id":"acme"}' };

  test('200 lets the call pass, 429 says why, both with RateLimit headers', async () => {
    const headers = { ...key, ...tags, 'x-costspan-model': 'openai/gpt-4o' };
    const answers = [await envoy(headers), await envoy(headers), await envoy(headers)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[1]?.headers['ratelimit']).toMatch(/^"two;requests\/day";r=1;t=\d+$/);
    expect(answers[2]?.headers['retry-after']).toMatch(/^\d+$/);
    expect(answers[2]?.headers['x-costspan-decision-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(answers[2]?.text ?? '')).toMatchObject({ rule_id: 'two', reason: 'limit' });
  });

  test('a gateway’s metadata header is taken as it is', async () => {
    const headers = { ...key, 'x-tfy-metadata': '{"customer_id":"globex"}', 'x-tfy-provider-name': 'openai-main' };
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await envoy({ ...headers, 'x-costspan-model': 'gpt-4o' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(JSON.parse(answers[2]?.text ?? '').exceeded[0].bucket).toEqual({ customer_id: 'globex' });
  });

  test('the model and its bounds are in the body where Envoy sends it; a body that is cut says nothing', async () => {
    const body = JSON.stringify({
      model: 'gpt-4o',
      max_completion_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const sent = { ...key, ...tags, 'content-type': 'application/json' };
    expect((await envoy(sent, body)).status).toBe(200);
    const cut = await envoy(sent, body.slice(0, 40));
    expect([cut.status, JSON.parse(cut.text).errors[0]]).toEqual([
      400,
      { at: 'x-costspan-model', code: 'MISSING', message: expect.stringContaining('with_request_body') },
    ]);
  });

  test('the call’s own id, or its trace, is that of the decision', async () => {
    const [traceId, spanId] = callId(5).split('-');
    const headers = { ...key, ...tags, 'x-costspan-model': 'gpt-4o' };
    const traced = await envoy({ ...headers, traceparent: `00-${traceId}-${spanId}-01` });
    expect(traced.headers['x-costspan-decision-id']).toBe(callId(5));
    const named = await envoy({ ...headers, 'x-costspan-call-id': 'mine', traceparent: `00-${traceId}-${spanId}-01` });
    expect(named.headers['x-costspan-decision-id']).toBe('mine');
  });

  test.each([[{}], [{ 'x-costspan-key': 'wrong' }], [{ authorization: 'Bearer secret' }]])(
    'without our key in its own header: %j is 401',
    async (headers) => {
      const answer = await envoy({ ...headers, ...tags, 'x-costspan-model': 'gpt-4o' });
      expect([answer.status, JSON.parse(answer.text).detail]).toEqual([401, expect.stringContaining('x-costspan-key')]);
    },
  );

  test.each(['{', '[]', '"x"', '{"Customer":"x"}'])('tags that cannot be read are 400: %s', async (text) => {
    const answer = await envoy({ ...key, 'x-costspan-tags': text, 'x-costspan-model': 'gpt-4o' });
    expect([answer.status, JSON.parse(answer.text).errors[0].at]).toEqual([400, expect.stringMatching(/tags/)]);
  });
});

test('without quotas there is nothing to ask', async () => {
  http = await startQuotaHttp(RULES, {}, { quota: null });
  expect((await envoy({})).status).toBe(404);
  expect((await http.decide({})).body.detail).toContain('set quota.rules');
});
