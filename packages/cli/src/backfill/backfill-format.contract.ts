import { COUNT_MAX, type JsonObject } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackfillFormat } from './backfill-format.ts';
import { Occurrences } from './engine/occurrences.ts';
import { spanIds } from './engine/otlp-span.ts';
import { BACKFILL_FORMATS } from './index.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

/** Reads one record as the first of its file. */
export function readOne(format: BackfillFormat, record: JsonObject) {
  return format.read(record, { nowMs: NOW_MS, occurrences: new Occurrences() });
}

/** Promises that every format keeps. `samples` are records as its source writes them, each with a call in it. */
export function backfillFormatContract(format: BackfillFormat, samples: Readonly<Record<string, JsonObject>>): void {
  describe(`format ${format.name}`, () => {
    test.each(Object.entries(samples))('%s is recognised by this format alone', (_, record) => {
      expect(BACKFILL_FORMATS.filter((each) => each.recognises(record)).map(({ name }) => name)).toEqual([format.name]);
    });

    test.each(Object.entries(samples))('%s is read without a mistake, the same every time', (_, record) => {
      const rows = readOne(format, record);
      expect(rows.flatMap((row) => row.findings)).toEqual([]);
      expect(rows.some((row) => row.call !== undefined)).toBe(true);
      expect(readOne(format, record)).toEqual(rows);
    });

    test.each(Object.entries(samples))('%s has different ids for different rows', (_, record) => {
      const calls = readOne(format, record).flatMap(({ call }) => (call === undefined ? [] : [call]));
      const ids = calls.map((call) => spanIds(format.name, call.identity).spanId);
      expect(new Set(ids).size).toBe(calls.length);
    });

    test.each(Object.entries(samples))(
      '%s with any field replaced is read without a throw or an impossible count',
      (_, record) => {
        const names = Object.keys(record);
        fc.assert(
          fc.property(fc.constantFrom(...names), fc.anything({ withBigInt: false }), (name, value) => {
            const damaged = { ...record, [name]: value };
            if (!format.recognises(damaged)) return;
            for (const { call, leftOut, findings } of readOne(format, damaged)) {
              expect(call !== undefined || leftOut !== undefined || findings.length > 0).toBe(true);
              for (const count of Object.values(call?.meters ?? {})) {
                expect(count >= 0 && count <= COUNT_MAX).toBe(true);
              }
              if (call !== undefined) expect(Number.isSafeInteger(call.startedAtUs) && call.durationUs >= 0).toBe(true);
            }
          }),
        );
      },
    );
  });
}
