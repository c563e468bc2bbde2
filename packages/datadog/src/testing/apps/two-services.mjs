// A service that calls another one inside `withTags`; the other one calls a model. Reports the headers that travelled.
import { createRequire } from 'node:module';

const { DD_MAJOR, AGENT, SIMULATOR, OPTIONS = '{}' } = process.env;
const require = createRequire(import.meta.url);
const tracer = require(`dd-trace-${DD_MAJOR}`);
const { attach, withTags } = await import('../../index.ts');
tracer.init({ url: AGENT, flushInterval: 50, startupLogs: false, service: 'shop', env: 'prod' });
attach(tracer, JSON.parse(OPTIONS));
const http = require('node:http');
const { OpenAI } = require('openai');
const openai = new OpenAI({ apiKey: 'sk-simulated', baseURL: `${SIMULATOR}/v1`, maxRetries: 0 });

let headers;
const server = http.createServer(async (request, response) => {
  headers = request.headers;
  await openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
  response.end('done');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const get = () =>
  new Promise((resolve, reject) => {
    const request = http.get({ port: server.address().port, host: '127.0.0.1' }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
  });
await withTags({ customer_id: 'acme', team: 'growth', user: 'alice' }, get);
const first = headers;
await get();
await new Promise((resolve) => tracer._tracer?._exporter?.flush?.(resolve) ?? resolve());
process.send({ baggage: [first.baggage ?? '', headers.baggage ?? ''] });
process.on('message', () => process.exit(0));
