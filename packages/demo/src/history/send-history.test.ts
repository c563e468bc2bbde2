import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sendHistory } from './send-history.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const history = { days: 3, nowMs: Date.parse('2026-11-20T12:00:00Z'), callsPerDay: 1_500 };

/** An OTLP endpoint that counts spans and answers as it is told. */
async function receive(answer: (request: number, response: ServerResponse) => void) {
  let requests = 0;
  let acknowledged = 0;
  let underWay = 0;
  let underWayMost = 0;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    underWay += 1;
    underWayMost = Math.max(underWayMost, underWay);
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      requests += 1;
      answer(requests, response);
      if (response.statusCode === 200) acknowledged += text.split('"spanId"').length - 1;
      underWay -= 1;
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => ({ requests, acknowledged, underWayMost }),
  };
}

test('every call is acknowledged once, a few requests at a time, and progress ends at the whole', async () => {
  const sink = await receive(() => {});
  const progress: { sentCalls: number; totalCalls: number }[] = [];
  const { sentCalls } = await sendHistory({
    ...history,
    endpoint: sink.endpoint,
    onProgress: (step) => progress.push(step),
  });
  expect(sentCalls).toBeGreaterThan(3_000);
  expect(sink.seen().acknowledged).toBe(sentCalls);
  expect(sink.seen().underWayMost).toBeLessThanOrEqual(4);
  expect(progress.at(-1)).toEqual({ sentCalls, totalCalls: sentCalls });
});

test('a batch that the collector cannot take yet is sent again when it says so', async () => {
  const sink = await receive((request, response) => {
    if (request % 2 === 1) response.writeHead(503, { 'retry-after': '0' });
  });
  const { sentCalls } = await sendHistory({ ...history, endpoint: sink.endpoint });
  expect(sink.seen().acknowledged).toBe(sentCalls);
});

test('a refusal names the endpoint, the status and what was said', async () => {
  const sink = await receive((_request, response) => response.writeHead(400));
  await expect(sendHistory({ ...history, endpoint: sink.endpoint })).rejects.toMatchObject({
    code: 'HISTORY_REFUSED',
    message: expect.stringMatching(/\/v1\/traces answered 400/),
  });
});

test('a collector that is not there is named with what to do', async () => {
  await expect(sendHistory({ ...history, endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'HISTORY_REFUSED',
    message: expect.stringContaining('costspan up'),
  });
});
