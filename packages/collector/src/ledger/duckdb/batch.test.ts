import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prometheusText } from '../../metrics/prometheus-text.ts';
import { countedCall } from '../../quota/counted-call.ts';
import { SelfMetrics } from '../../self-metrics.ts';
import type { AddedCall } from '../billed-change.ts';
import type { PricedCall } from '../ledger.ts';
import { madeCall } from '../made-call.contract.ts';
import { contextSpans, pricedCall } from '../random-calls.contract.ts';
import { PackedCalls } from './added-calls.ts';
import { bytesOf, packBatch, readBatch } from './batch.ts';
import { PackedRowsError } from './packed-rows.ts';

const calls = (...ns: readonly number[]): PricedCall[] => ns.map((n) => madeCall({ n }));

function callsOf({ calls: pack }: ReturnType<typeof readBatch>): readonly AddedCall[] {
  if (pack === undefined) return [];
  const rows = Array.from({ length: pack.count }, (_, row) => row);
  return [...new PackedCalls([{ pack, rows, late: new Uint8Array(pack.count) }])];
}

const countedOf = (batch: ReturnType<typeof readBatch>) => callsOf(batch).map(countedCall);

/** What metrics tell of these calls. */
function toldOf(all: readonly AddedCall[]): string {
  const metrics = new SelfMetrics();
  for (const each of all) metrics.calls.add(each);
  return prometheusText(metrics.calls.families()).split('\n').sort().join('\n');
}

const given = fc
  .array(pricedCall, { maxLength: 20 })
  .chain((made) => fc.tuple(fc.constant(made), made.length === 0 ? fc.constant([]) : contextSpans(made)));

test('a batch that was written to bytes is read as it was, in any script and to the last digit', () => {
  fc.assert(
    fc.property(given, ([given, contexts]) => {
      fc.pre(given.length + contexts.length > 0);
      const packed = packBatch(given, contexts);
      const read = readBatch(Buffer.concat([Buffer.alloc(3), bytesOf(packed)]).subarray(3));
      expect(read.rows).toBe(given.length + contexts.length);
      expect(bytesOf(read).equals(bytesOf(packed))).toBe(true);
      expect(countedOf(read)).toEqual(given.map(countedCall));
      expect(countedOf(packed)).toEqual(given.map(countedCall));
      expect(toldOf(callsOf(read))).toBe(toldOf(given));
    }),
    { numRuns: 200 },
  );
});

test('parts of the packed calls are those that stand there', () => {
  const all = packBatch(calls(1, 2, 3), []);
  const more = packBatch(calls(4, 5), []);
  const packed = new PackedCalls([
    { pack: all.calls!, rows: [0, 2], late: new Uint8Array(3) },
    { pack: more.calls!, rows: [1, 0], late: new Uint8Array(2) },
  ]);
  const spans = (of: Iterable<PricedCall | { readonly call: { readonly spanId: string } }>) =>
    [...of].map(({ call }) => call.spanId);
  const wanted = spans(calls(1, 3, 5, 4));
  expect([packed.length, spans(packed)]).toEqual([4, wanted]);
  for (let from = 0; from <= 4; from += 1) {
    for (let to = from; to <= 5; to += 1) expect(spans(packed.slice(from, to))).toEqual(wanted.slice(from, to));
  }
});

test('bytes that are cut off or of something else are refused, never read in part', () => {
  const bytes = bytesOf(packBatch(calls(1, 2), []));
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => readBatch(Buffer.from(bytes.subarray(0, length)))).toThrow(PackedRowsError);
  }
  expect(() => readBatch(Buffer.from('something else'))).toThrow(PackedRowsError);
  expect(() => readBatch(Buffer.concat([bytes, Buffer.from('more')]))).toThrow(PackedRowsError);
});
