import { COUNT_MAX, isMeter } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../dialects/dialect.ts';
import { DIALECTS } from '../dialects/index.ts';
import type { AttributeValue, Span } from '../span.ts';

/** A CLIENT span of one second with these attributes. */
export function spanWith(attributes: Record<string, AttributeValue>, over: Partial<Span> = {}): Span {
  return {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    parentSpanId: '',
    kind: 3,
    startedAtUs: 1_760_000_000_000_000,
    endedAtUs: 1_760_000_001_000_000,
    statusCode: 0,
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map() },
    scope: { name: 'test', version: '1' },
    ...over,
  };
}

/** Any value an attribute can have. */
export const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.json({ maxDepth: 2 }),
  fc.integer(),
  fc.nat(5000),
  fc.double(),
  fc.boolean(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }),
  fc.constant(null),
);

/** Promises that every dialect keeps. `typical` are spans as its emitters write them. */
export function dialectContract(dialect: Dialect, typical: readonly [Span, ...Span[]]): void {
  describe(`dialect ${dialect.name}`, () => {
    test('of all dialects it is the one that reads its own spans', () => {
      for (const span of typical) expect(DIALECTS.find((other) => other.recognises(span))?.name).toBe(dialect.name);
    });

    test('it reads nothing that it does not name', () => {
      for (const span of typical) {
        const named = [...span.attributes].filter(
          ([name]) => dialect.attributes.includes(name) || dialect.prefixes.some((prefix) => name.startsWith(prefix)),
        );
        const decoded = { ...span, attributes: new Map(named) };
        expect(dialect.recognises(decoded)).toBe(true);
        expect(dialect.read(decoded)).toEqual(dialect.read(span));
      }
      for (const prefix of dialect.prefixes) expect(prefix).toMatch(/\.$/);
    });

    test('it does not recognise a span about something else', () => {
      expect(dialect.recognises(spanWith({ 'http.request.method': 'GET', 'server.address': 'example.com' }))).toBe(
        false,
      );
    });

    test('whatever the values are, it never throws, invents no count and gives none it cannot stand for', () => {
      const names = [...dialect.attributes, ...dialect.prefixes.map((prefix) => `${prefix}input_tokens`)];
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), attributeValue), (attributes) => {
          const facts = dialect.read(spanWith(attributes, { scope: typical[0].scope }));
          for (const [meter, count] of Object.entries(facts.meters)) {
            expect(isMeter(meter)).toBe(true);
            expect(count >= 0 && count <= COUNT_MAX * 2).toBe(true);
          }
          if (Object.keys(facts.meters).length === 0) expect(facts.usageStatus).toBe('unavailable');
          expect(facts.provider).not.toBe('');
          expect(facts.operation).not.toBe('');
          const { convention } = dialect;
          const means = typeof convention === 'string' ? convention : convention(typical[0], facts.provider);
          expect(['cache_included', 'cache_excluded']).toContain(means);
        }),
        { numRuns: 300 },
      );
    });
  });
}
