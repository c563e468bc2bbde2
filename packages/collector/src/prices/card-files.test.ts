import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseBook, costOf } from '@costspan/pricing';
import { formatMoney } from '@costspan/usage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { type CardFiles, openCardFiles } from './card-files.ts';

let home: string;
let said: string[];
let metrics: SelfMetrics;
const opened: CardFiles[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'costspan-cards-'));
  said = [];
  metrics = new SelfMetrics();
});
afterEach(() => {
  for (const cards of opened.splice(0)) cards.close();
  rmSync(home, { recursive: true, force: true });
});

/** Sizes differ from write to write, so that a change is seen however coarse the clock of the file system. */
function write(name: string, value: unknown): string {
  const file = join(home, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

function discount(ratio: string): object {
  const adjustments = [{ name: 'discount', provider: 'openai', ratio }];
  return { format: 'costspan.cards/1', layer: 'contract', kind: 'organisation', adjustments };
}

async function open(...files: string[]): Promise<CardFiles> {
  return openWith({ files });
}

async function openWith(files: { files: readonly string[]; fx?: string }): Promise<CardFiles> {
  const notices = new Notices((message) => said.push(message));
  const cards = await openCardFiles({ ...files, metrics, notices, intervalMs: 3_600_000 });
  opened.push(cards);
  return cards;
}

function price({ book }: CardFiles): string {
  const usage = { status: 'reported', meters: { input_tokens: 1_000_000 } } as const;
  const cost = costOf(book, {
    provider: 'openai',
    model: 'gpt-4o-mini',
    atUs: 1_760_000_000_000_000,
    usage,
    context: {},
  });
  return cost.total === undefined ? 'unknown' : formatMoney(cost.total);
}

test('without files the bundled prices hold', async () => {
  expect((await open()).book.version).toBe(baseBook().version);
});

test('a changed file is in force at the next look, and an untouched one changes nothing', async () => {
  const cards = await open(write('contract.json', discount('0.5')));
  expect(price(cards)).toBe('0.075');
  expect(await cards.check()).toBeUndefined();
  write('contract.json', discount('0.25'));
  expect(await cards.check()).toMatchObject({ kind: 'replaced' });
  expect(price(cards)).toBe('0.0375');
  expect(metrics.get('cardReloads')).toBe(1);
});

test.each([
  ['is not JSON', '{"format":'],
  ['holds a mistake', { ...discount('-1') }],
])('a changed file that %s is refused, said once and counted; the last good prices stay', async (_what, bad) => {
  const cards = await open(write('contract.json', discount('0.5')));
  write('contract.json', bad);
  await cards.check();
  await cards.check();
  expect(price(cards)).toBe('0.075');
  expect(metrics.get('cardReloadsRefused')).toBe(1);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('contract.json');
  write('contract.json', discount('0.125'));
  await cards.check();
  expect(price(cards)).toBe('0.01875');
  expect(said.some((message) => message.includes('good again'))).toBe(true);
});

test('a file that is gone leaves the last good prices', async () => {
  const file = write('contract.json', discount('0.5'));
  const cards = await open(file);
  rmSync(file);
  await cards.check();
  expect(price(cards)).toBe('0.075');
  expect(metrics.get('cardReloadsRefused')).toBe(1);
});

test('at the start all mistakes of all files are told, and nothing opens', async () => {
  const files = [write('a.json', discount('x')), write('b.json', { format: 'nothing' })];
  const refusal = await open(...files).catch((error: Error) => error.message);
  expect(refusal).toContain('a.json');
  expect(refusal).toContain('b.json');
});

test('a file that cannot be read is named', async () => {
  await expect(open(join(home, 'absent.json'))).rejects.toMatchObject({
    code: 'CARDS_INVALID',
    message: expect.stringContaining('absent.json'),
  });
});

const READ = { url: 'https://example.com', read: '2026-11-20' };

function yuan(): string {
  const prices = [{ rates: { input_tokens: { price: '2', per: 1_000_000 } } }];
  const cards = [{ provider: 'acme', model: 'chat', currency: 'CNY', source: READ, prices }];
  return write('yuan.json', { format: 'costspan.cards/1', layer: 'ours', cards });
}

function rate(text: string, more = {}): string {
  return write('fx.json', { format: 'costspan.fx/1', rates: [{ currency: 'CNY', rate: text, source: READ }], ...more });
}

function dollars({ book }: CardFiles): string | undefined {
  const usage = { status: 'reported', meters: { input_tokens: 1_000_000 } } as const;
  const { converted } = costOf(book, {
    provider: 'acme',
    model: 'chat',
    atUs: 1_760_000_000_000_000,
    usage,
    context: {},
  });
  return converted?.total === undefined ? undefined : formatMoney(converted.total);
}

test('a changed file of exchange rates is in force at the next look', async () => {
  const cards = await openWith({ files: [yuan()], fx: rate('0.14') });
  expect(dollars(cards)).toBe('0.28');
  rate('0.1405');
  expect(await cards.check()).toMatchObject({ kind: 'replaced' });
  expect(dollars(cards)).toBe('0.281');
});

test.each([
  ['is upside down', '7.1', {}],
  ['holds a mistake', '-0.14', {}],
  ['has a field nobody knows', '0.15', { rate: '1' }],
])('exchange rates that %s are refused, said once and counted; the last good ones stay', async (_what, text, more) => {
  const cards = await openWith({ files: [yuan()], fx: rate('0.14') });
  rate(text, more);
  await cards.check();
  await cards.check();
  expect(dollars(cards)).toBe('0.28');
  expect(metrics.get('cardReloadsRefused')).toBe(1);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('fx.json');
});

test('exchange rates that cannot be read are named at the start', async () => {
  await expect(openWith({ files: [], fx: join(home, 'absent.json') })).rejects.toThrow('absent.json');
});
