import type { CallRecord } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { CUSTOMERS } from '../company/customers.ts';
import { estimateHistoryCalls, generateHistory, type HistoryBatch, historyCalls } from './generate-history.ts';
import { DAY_MS, MIGRATION_AGE, SPIKE_CUSTOMER } from './story.ts';

// A Monday at noon, eleven days after the spike of the month.
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const options = { days: 45, nowMs: NOW_MS, callsPerDay: 400 };
const calls = [...historyCalls(options)];

const idOf = (call: CallRecord) => `${call.traceId}-${call.spanId}`;
const dayOf = (call: CallRecord) => Math.floor(call.startedAtUs / 1000 / DAY_MS);
const ageOf = (call: CallRecord) => Math.floor(NOW_MS / DAY_MS) - dayOf(call);
const weekdayOf = (call: CallRecord) => new Date(call.startedAtUs / 1000).getUTCDay();
const share = (part: readonly unknown[], whole: readonly unknown[]) => part.length / whole.length;

describe('the story', () => {
  test('nothing is older than the asked days or later than now, and calls come in time order within a day', () => {
    for (const call of calls) {
      expect(call.startedAtUs).toBeGreaterThanOrEqual((NOW_MS - 45 * DAY_MS) * 1000);
      expect(call.startedAtUs + call.durationUs).toBeLessThan(NOW_MS * 1000);
    }
    const starts = calls.map((call) => call.startedAtUs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('weekends have less than half the calls of working days', () => {
    const perWeekday = Array.from({ length: 7 }, (_, day) => calls.filter((call) => weekdayOf(call) === day).length);
    const weekend = ((perWeekday[0] ?? 0) + (perWeekday[6] ?? 0)) / 2;
    const working = perWeekday.slice(1, 6).reduce((sum, count) => sum + count, 0) / 5;
    expect(weekend).toBeLessThan(working / 2);
  });

  test('traffic grows: the last four weeks have more calls than the four before', () => {
    const usual = [...historyCalls({ ...options, days: 56 })].filter(
      (call) => call.tags['customer_id'] !== SPIKE_CUSTOMER,
    );
    const recent = usual.filter((call) => ageOf(call) < 28);
    expect(recent.length).toBeGreaterThan((usual.length - recent.length) * 1.2);
  });

  test('two customers make half of the traffic and every customer is seen', () => {
    const of = (...ids: string[]) => calls.filter((call) => ids.includes(call.tags['customer_id'] ?? ''));
    expect(share(of('acme', 'halcyon'), calls)).toBeGreaterThan(0.45);
    for (const customer of CUSTOMERS) expect(of(customer.id).length).toBeGreaterThan(0);
  });

  test('chat of paying plans moves from gpt-5.5 to gpt-6-sol within four days', () => {
    const models = (from: number, to: number) =>
      new Set(
        calls
          .filter((call) => call.tags['feature_name'] === 'chat' && call.tags['plan'] === 'team')
          .filter((call) => ageOf(call) >= from && ageOf(call) <= to)
          .map((call) => call.requestModel),
      );
    expect(models(MIGRATION_AGE, 45)).toEqual(new Set(['gpt-5.5']));
    expect(models(MIGRATION_AGE - 3, MIGRATION_AGE - 1)).toEqual(new Set(['gpt-5.5', 'gpt-6-sol']));
    expect(models(0, MIGRATION_AGE - 4)).toEqual(new Set(['gpt-6-sol']));
  });

  test('one customer has a spike on the 12th of a month', () => {
    const of = (day: string) =>
      calls.filter(
        (call) =>
          call.tags['customer_id'] === SPIKE_CUSTOMER && dayOf(call) === Date.parse(`${day}T00:00:00Z`) / DAY_MS,
      ).length;
    expect(of('2026-11-12')).toBeGreaterThan(of('2026-11-11') * 3);
  });

  test('counts fit together, and calls that did not end well report no usage', () => {
    for (const { usage, outcome } of calls) {
      const { input_tokens: input = 0, output_tokens: output = 0, ...parts } = usage.meters;
      expect((parts.cache_read_tokens ?? 0) + (parts.cache_write_tokens ?? 0)).toBeLessThanOrEqual(input);
      expect((parts.cache_write_5m_tokens ?? 0) + (parts.cache_write_1h_tokens ?? 0)).toBeLessThanOrEqual(
        parts.cache_write_tokens ?? 0,
      );
      expect(parts.output_reasoning_tokens ?? 0).toBeLessThanOrEqual(output);
      expect(usage.status).toBe(outcome === 'ok' ? 'reported' : 'unavailable');
      expect(Object.keys(usage.meters).length > 0).toBe(outcome === 'ok');
    }
    expect(calls.filter((call) => (call.usage.meters.cache_read_tokens ?? 0) > 0).length).toBeGreaterThan(1000);
  });

  test('everything is tagged environment=demo', () => {
    expect(new Set(calls.map((call) => call.tags['environment']))).toEqual(new Set(['demo']));
  });
});

describe('repeating it', () => {
  test('ids are unique and a repeat yields the same calls to the last digit', () => {
    expect(new Set(calls.map(idOf)).size).toBe(calls.length);
    expect([...historyCalls(options)]).toEqual(calls);
  });

  test('another seed tells another story', () => {
    const known = new Set(calls.map(idOf));
    expect([...historyCalls({ ...options, seed: 2 })].some((call) => known.has(idOf(call)))).toBe(false);
  });

  test.each([1, 3, 9, 30])('a fill %i days later adds only what has happened since', (later) => {
    const known = new Set(calls.map(idOf));
    const again = [...historyCalls({ ...options, nowMs: NOW_MS + later * DAY_MS })];
    const added = again.filter((call) => !known.has(idOf(call)));
    expect(Math.min(...added.map((call) => call.startedAtUs + call.durationUs))).toBeGreaterThanOrEqual(NOW_MS * 1000);
  });
});

describe('as OTLP', () => {
  const batches = [...generateHistory(options)];

  test('the batches hold every call once, at most a thousand each, in bytes that repeat', () => {
    expect(batches.reduce((sum, batch) => sum + batch.calls, 0)).toBe(calls.length);
    expect(Math.max(...batches.map((batch) => batch.calls))).toBeLessThanOrEqual(1000);
    const ids = batches.flatMap((batch) => spansOf(batch.body).map((span) => `${span.traceId}-${span.spanId}`));
    expect(ids).toEqual(calls.map(idOf));
    const bytes = (all: readonly HistoryBatch[]) => Buffer.concat(all.map((batch) => batch.body));
    expect(bytes([...generateHistory(options)]).equals(bytes(batches))).toBe(true);
  });

  test('a span says what our instrumentation would say about the call', () => {
    const call = calls.find(({ provider, usage }) => provider === 'anthropic' && usage.status === 'reported')!;
    const span = batches.flatMap((batch) => spansOf(batch.body)).find(({ spanId }) => spanId === call.spanId)!;
    const attributes = Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(span.name).toBe(`chat ${call.requestModel}`);
    expect(span.kind).toBe(3);
    expect(span.startTimeUnixNano).toBe(`${call.startedAtUs}000`);
    expect(attributes).toMatchObject({
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.response.model': call.responseModel,
      'gen_ai.usage.input_tokens': String(call.usage.meters.input_tokens),
      'gen_ai.usage.cache_write.input_tokens': String(call.usage.meters.cache_write_tokens),
      'costspan.meter.cache_write_1h_tokens': String(call.usage.meters.cache_write_1h_tokens),
      'costspan.billable': true,
      'costspan.usage.status': 'reported',
      'costspan.tag.customer_id': call.tags['customer_id'],
    });
  });

  test('the estimate is near the truth', () => {
    expect(Math.abs(estimateHistoryCalls(options) / calls.length - 1)).toBeLessThan(0.05);
  });
});

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

function spansOf(body: Uint8Array): readonly WireSpan[] {
  const traces = JSON.parse(new TextDecoder().decode(body)) as {
    resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[];
  };
  return traces.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans));
}
