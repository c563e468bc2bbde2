import { COSTSPAN, OTEL } from '@costspan/usage';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, vi } from 'vitest';
import type { Dialect } from './dialect.ts';
import type { ProviderServer } from './provider-server.ts';
import type { Telemetry } from './telemetry.ts';

export interface World {
  readonly telemetry: Telemetry;
  readonly server: ProviderServer;
}

/** Polls for what must come. The limit is for a machine that is busy, not for us. */
export async function eventually(check: () => void): Promise<void> {
  await vi.waitFor(check, { timeout: 60_000, interval: 5 });
}

/** The one span that a call left. */
export async function theSpan({ telemetry }: World): Promise<ReadableSpan> {
  await eventually(() => expect(telemetry.spans().length).toBeGreaterThan(0));
  expect(telemetry.spans()).toHaveLength(1);
  return telemetry.spans()[0] as ReadableSpan;
}

/** That span, ended as told; after `ok` with all that the dialect's provider reports. */
export async function expectEnding(
  world: World,
  dialect: Dialect,
  outcome: string,
  attributes: object = {},
): Promise<ReadableSpan> {
  const span = await theSpan(world);
  const isError = outcome === 'error' || outcome === 'truncated';
  expect(span.attributes).toMatchObject({ [COSTSPAN.outcome]: outcome, [COSTSPAN.billable]: true, ...attributes });
  expect(span.status.code).toBe(isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
  expect(OTEL.errorType in span.attributes).toBe(isError);
  if (outcome === 'ok') expect(usageOf(span)).toEqual(dialect.usage);
  return span;
}

/** What a partial answer had reported. */
export function partialUsage({ partialUsage: usage }: Dialect): object {
  return { ...usage, [COSTSPAN.usageStatus]: Object.keys(usage).length > 0 ? 'reported' : 'unavailable' };
}

/** Every count on the span. */
export function usageOf(span: ReadableSpan): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(span.attributes).filter(
      ([key]) => key.startsWith('gen_ai.usage.') || key.startsWith('costspan.meter.'),
    ),
  );
}

export async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
}
