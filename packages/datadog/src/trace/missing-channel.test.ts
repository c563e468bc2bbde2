import { channel } from 'node:diagnostics_channel';
import { afterEach, expect, test, vi } from 'vitest';
import { attach } from './attach.ts';
import { SPAN_FINISH, SPAN_START } from './dd-tracer.ts';

afterEach(() => vi.useRealTimers());

/** A tracer that makes spans and tells nobody: one whose channels have other names. */
const SILENT = {
  startSpan: () => ({
    context: () => ({ toSpanId: () => '1', getTags: () => ({}) }),
    setTag: () => undefined,
    finish: () => undefined,
  }),
};

test('a tracer that tells of no finished spans is said once, with what to do, and nothing else happens', () => {
  vi.useFakeTimers();
  const warnings: string[] = [];
  const attachment = attach(SILENT, { onWarning: (message) => warnings.push(message) });
  vi.advanceTimersByTime(10_000);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/OTEL_TRACES_EXPORTER=otlp.*docs\/datadog\.md/);
  attachment.detach();
});

test('a tracer that is never set up is no mistake', () => {
  vi.useFakeTimers();
  const warnings: string[] = [];
  const off = { startSpan: () => ({ context: () => ({ toSpanId: () => '0' }) }) };
  const attachment = attach(off, { onWarning: (message) => warnings.push(message) });
  vi.advanceTimersByTime(10_000);
  expect(warnings).toEqual([]);
  attachment.detach();
});

test('whatever is published, nothing is thrown into the tracer', () => {
  const attachment = attach(SILENT, { onWarning: () => undefined });
  const hostile = {
    context: () => ({
      getTags: () => ({ 'gen_ai.operation.name': 'llm' }),
      toSpanId: () => '1',
      toTraceId: () => {
        throw new Error('no');
      },
    }),
    setTag: () => undefined,
  };
  for (const message of [undefined, null, 1, {}, { span: {} }, hostile, { span: hostile }]) {
    channel(SPAN_START).publish(message);
    channel(SPAN_FINISH).publish(message);
  }
  expect(attachment.figures.failed).toBeGreaterThan(0);
  attachment.detach();
});
