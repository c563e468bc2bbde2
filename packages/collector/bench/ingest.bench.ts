import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseBook, priceCall } from '@costspan/pricing';
import { normalise } from '@costspan/spans';
import { decodeJson } from '../src/otlp/decode-json.ts';
import { decodeProtobuf } from '../src/otlp/decode-protobuf.ts';
import { READ_ATTRIBUTES } from '../src/otlp/read-attributes.ts';
import { jsonOf, madeRequest } from './made-spans.ts';

/** One result. `compare` is the same work done by something else in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: string;
  readonly compare?: string;
}

const SPANS = 512;
const ROUNDS = 20;
const PER_ROUND = 15;
const LOAD_SECONDS = 8;
const CONTENT_BYTES = 4096;

/** Spans of 20 attributes, 512 to a request. In-process rows count CPU time, the best of 20 rounds. */
export async function rows(): Promise<BenchRow[]> {
  const plain = madeRequest(SPANS).body;
  const long = madeRequest(SPANS, CONTENT_BYTES).body;
  const plainJson = jsonOf(plain);
  const longJson = jsonOf(long);
  const parse = (body: Buffer) => () => JSON.parse(body.toString()) as unknown;
  return [
    { name: 'decode protobuf', value: perSecond(() => decodeProtobuf(plain, READ_ATTRIBUTES)) },
    { name: 'decode protobuf, 4 KiB prompt each', value: perSecond(() => decodeProtobuf(long, READ_ATTRIBUTES)) },
    {
      name: 'decode JSON (compare: JSON.parse alone)',
      value: perSecond(() => decodeJson(plainJson, READ_ATTRIBUTES)),
      compare: perSecond(parse(plainJson)),
    },
    {
      name: 'decode JSON, 4 KiB prompt each (compare: JSON.parse alone)',
      value: perSecond(() => decodeJson(longJson, READ_ATTRIBUTES)),
      compare: perSecond(parse(longJson)),
    },
    { name: 'decode → normalise → price', value: perSecond(() => decodeAndPrice(plain)) },
    await throughHttp('HTTP → decode → price → journal and ledger, as fast as it goes', { encoding: 'identity' }),
    await throughHttp('the same, gzip', { encoding: 'gzip' }),
    await throughHttp('10,000 spans/s in requests of 500', { spans: 500, rate: 20, connections: 4 }),
    await throughHttp('100 requests/s of one span', { spans: 1, rate: 100, connections: 4 }),
  ];
}

function decodeAndPrice(body: Buffer): void {
  const book = baseBook();
  for (const span of decodeProtobuf(body, READ_ATTRIBUTES).spans) {
    const normalised = normalise(span);
    if (normalised.kind === 'call') priceCall(book, normalised.call, normalised.findings);
  }
}

/** CPU time, since the machine may be shared; the best round, since noise only adds. */
function perSecond(work: () => unknown): string {
  let bestMicros = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < PER_ROUND; repeat += 1) work();
    const { user, system } = process.cpuUsage(before);
    bestMicros = Math.min(bestMicros, (user + system) / PER_ROUND);
  }
  return `${thousands((SPANS * 1e6) / bestMicros)} spans/s of CPU`;
}

interface Load {
  readonly spansPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
  readonly sent: number;
}

interface Used {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

interface Sending {
  readonly encoding?: 'identity' | 'gzip';
  readonly connections?: number;
  /** Spans to a request. */
  readonly spans?: number;
  /** Requests per second; 0 sends the next when the last is answered. */
  readonly rate?: number;
}

async function throughHttp(name: string, sending: Sending): Promise<BenchRow> {
  const { encoding = 'identity', connections = 8, spans = SPANS, rate = 0 } = sending;
  const data = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  try {
    const collector = start(['collector-process.ts', data], '0');
    const url = await line(collector);
    const options = [LOAD_SECONDS, connections, encoding, spans, rate].map(String);
    const measured = JSON.parse(await line(start(['span-load-process.ts', url, ...options], '1'))) as Load;
    collector.stdin?.end();
    const used = JSON.parse(await line(collector)) as Used;
    const details = [
      `${thousands(measured.sent / used.cpuSeconds)} per second of CPU`,
      `acknowledged in ${measured.p50Ms.toFixed(0)} ms (median), ${measured.p99Ms.toFixed(0)} ms (p99)`,
      `${measured.failures} refused`,
      `RSS ${(used.rssBytes / 1024 ** 2).toFixed(0)} MiB`,
    ];
    return {
      name: `${name}${PINNED ? ', one core' : ''}`,
      value: `${thousands(measured.spansPerSecond)} spans/s (${details.join(', ')})`,
    };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** `taskset` keeps collector and load on cores of their own; without it they share what there is. */
const PINNED = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

function start([file = '', ...args]: readonly string[], core: string): ChildProcess {
  const node = [process.execPath, '--conditions=@costspan/source', join(import.meta.dirname, file), ...args];
  const [command = '', ...rest] = PINNED ? ['taskset', '-c', core, ...node] : node;
  return spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
}

const unread = new WeakMap<ChildProcess, string>();

async function line(child: ChildProcess): Promise<string> {
  let text = unread.get(child) ?? '';
  for (;;) {
    const end = text.indexOf('\n');
    if (end >= 0) {
      unread.set(child, text.slice(end + 1));
      return text.slice(0, end);
    }
    text += await new Promise<string>((resolve, reject) => {
      child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
      child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
    });
  }
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en');
}

if (import.meta.main) {
  for (const { name, value, compare } of await rows()) {
    process.stdout.write(`${name.padEnd(72)} ${value}${compare === undefined ? '' : `   | ${compare}`}\n`);
  }
}
