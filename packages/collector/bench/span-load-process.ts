// A load generator in a process of its own: sends batches over keep-alive connections and prints what it measured.
// Arguments: URL, seconds, connections, `gzip` or `identity`, spans per request, requests per second (0: as fast as they are
// answered). Batches with new ids are made before the clock starts.
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { madeRequest } from './made-spans.ts';

const [url = '', seconds = '5', connections = '8', encoding = 'identity', spansPer = '512', rate = '0'] =
  process.argv.slice(2);
const SPANS_PER_REQUEST = Number(spansPer);
/** Between two requests of one connection. */
const PAUSE_MS = Number(rate) === 0 ? 0 : (Number(connections) * 1000) / Number(rate);
const WARM_UP_MS = 1500;
const PREPARED_BATCHES = encoding === 'gzip' ? 400 : 0;

const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const prepared = Array.from({ length: PREPARED_BATCHES }, () => {
  const made = madeRequest(SPANS_PER_REQUEST);
  return gzipSync(made.body);
});
const latenciesMs: number[] = [];
let spans = 0;
/** Warm-up included. */
let sent = 0;
let failures = 0;
let measuring = false;
let stopAt = Number.POSITIVE_INFINITY;

async function connection(): Promise<void> {
  const made = madeRequest(SPANS_PER_REQUEST);
  let dueAt = performance.now();
  while (performance.now() < stopAt) {
    if (PAUSE_MS > 0) {
      dueAt += PAUSE_MS;
      await new Promise((resolve) => setTimeout(resolve, dueAt - performance.now()));
    }
    let body: Buffer | undefined = prepared.pop();
    if (body === undefined) {
      if (PREPARED_BATCHES > 0) return;
      made.refresh();
      body = made.body;
    }
    // From when it was due, so that a request that had to wait for the one before counts its wait.
    const sentAt = PAUSE_MS > 0 ? dueAt : performance.now();
    const status = await post(body);
    if (status === 200) sent += SPANS_PER_REQUEST;
    if (!measuring) continue;
    latenciesMs.push(performance.now() - sentAt);
    if (status === 200) spans += SPANS_PER_REQUEST;
    else failures += 1;
  }
}

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    };
    const outgoing = request(`${url}/v1/traces`, { method: 'POST', agent, headers }, (incoming) => {
      incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

const all = Promise.all(Array.from({ length: Number(connections) }, connection));
await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
measuring = true;
const startedAt = performance.now();
stopAt = startedAt + Number(seconds) * 1000;
await all;
const elapsedMs = performance.now() - startedAt;
agent.destroy();
latenciesMs.sort((a, b) => a - b);
const quantile = (q: number) => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * q))] ?? 0;
process.stdout.write(
  `${JSON.stringify({ spansPerSecond: (spans * 1000) / elapsedMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99), failures, sent })}\n`,
);
