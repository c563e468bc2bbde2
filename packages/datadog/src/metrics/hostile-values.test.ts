import { baseBook, priceCall } from '@costspan/pricing';
import type { CallRecord } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DogStatsD } from '../trace/dd-tracer.ts';
import { DEFAULT_LABELS } from './call-labels.ts';
import { CallMeter } from './call-meter.ts';
import { dogStatsDSink } from './dogstatsd-sink.ts';
import { METRICS } from './metric-catalogue.ts';
import { tagValue } from './tag-value.ts';

const HOSTILE = [
  'Acme, Inc|#evil:1\nfoo:1|c',
  'a\r\nb:2|g',
  '#tag',
  '💸💸💸',
  'x'.repeat(10_240),
  ':::',
  ' ',
  '\u0000\u0001',
  'ends:',
  'Ünïcode Kunde',
  '__proto__',
];

const CALL: CallRecord = {
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  startedAtUs: 1_790_000_000_000_000,
  durationUs: 1_000_000,
  provider: 'openai',
  operation: 'chat',
  requestModel: 'gpt-4o-mini',
  usage: { meters: { input_tokens: 1000, output_tokens: 100 }, status: 'reported' },
  context: {},
  outcome: 'ok',
  tags: {},
};

/** The tracer's client as it writes lines: with no escaping at all. */
function lines(): { readonly written: string[]; readonly client: DogStatsD } {
  const written: string[] = [];
  const write =
    (kind: string) =>
    (name: string, value: number, tags: readonly string[]): void => {
      written.push(`${name}:${value}|${kind}|#${tags.join(',')}`);
    };
  return { written, client: { increment: write('c'), gauge: write('g'), distribution: write('d') } };
}

function meterOver(client: DogStatsD, labels: Readonly<Record<string, number>> = DEFAULT_LABELS) {
  const sink = dogStatsDSink(client);
  const collisions: string[] = [];
  const meter = new CallMeter({
    labels,
    sink: () => sink,
    onCollision: (label, first, second) => collisions.push(`${label}: ${first} ~ ${second}`),
  });
  const add = (tags: CallRecord['tags'], more: Partial<CallRecord> = {}): void => {
    const call = { ...CALL, ...more, tags };
    meter.add(call, priceCall(baseBook(), call, []));
  };
  return { add, collisions };
}

const LINE = /^([a-z_]+):(\d[\d.e+-]*)\|[cdg]\|#((?:[a-z_]+:[^,|#\s]+)(?:,[a-z_]+:[^,|#\s]+)*)$/u;

test.each(HOSTILE)('a customer called %j forges no line, no tag and no metric', (value) => {
  const { written, client } = lines();
  meterOver(client).add(
    { customer_id: value, feature_name: value, team: value },
    { requestModel: value, provider: value },
  );
  expect(written.length).toBeGreaterThan(3);
  for (const line of written) {
    expect(line).toMatch(LINE);
    const [, name = '', , tags = ''] = LINE.exec(line) ?? [];
    expect(Object.keys(METRICS)).toContain(name);
    const keys = tags.split(',').map((tag) => tag.slice(0, tag.indexOf(':')));
    expect(new Set(keys).size).toBe(keys.length);
    for (const tag of tags.split(',')) expect(tag.length).toBeLessThanOrEqual(200);
  }
});

test('whatever a value is, it is a tag value that Datadog keeps as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
      const kept = tagValue('customer_id', value);
      expect(kept).toMatch(/^[^\s,|#]+$/u);
      expect(kept.length + 'customer_id:'.length).toBeLessThanOrEqual(200 * 2);
      expect([...kept].length + 'customer_id:'.length).toBeLessThanOrEqual(200);
      expect(kept.endsWith(':')).toBe(false);
      expect(tagValue('customer_id', kept)).toBe(kept);
    }),
  );
});

test('values that Datadog cannot tell apart are counted and said', () => {
  const { written, client } = lines();
  const { add, collisions } = meterOver(client);
  add({ customer_id: 'Acme Inc' });
  add({ customer_id: 'acme_inc' });
  expect(collisions).toEqual(['customer_id: Acme Inc ~ acme_inc']);
  expect(written.filter((line) => line.startsWith('costspan_attach_tag_collisions_total'))).toEqual([
    'costspan_attach_tag_collisions_total:1|c|#label:customer_id',
  ]);
});

test('beyond its bound a label is `other`, every call is still counted, and the drop is counted too', () => {
  const { written, client } = lines();
  const { add } = meterOver(client, { customer_id: 2 });
  for (const customer_id of ['a', 'b', 'c', 'd', 'a']) add({ customer_id });
  const calls = written.filter((line) => line.startsWith('costspan_calls_total'));
  expect(calls.map((line) => /customer_id:(\w+)/.exec(line)?.[1])).toEqual(['a', 'b', 'other', 'other', 'a']);
  expect(written.filter((line) => line.startsWith('costspan_attach_dropped_values_total'))).toHaveLength(2);
});

test('what a call lacks is said by what it lacks, and no cost is not zero', () => {
  const { written, client } = lines();
  meterOver(client).add({}, { requestModel: 'no-such-model' });
  expect(written.filter((line) => line.startsWith('costspan_cost_usd_total'))).toEqual([]);
  expect(written.find((line) => line.startsWith('costspan_unpriced_calls_total'))).toContain('reason:model_unknown');
  expect(written[0]).toContain('customer_id:untagged');
});
