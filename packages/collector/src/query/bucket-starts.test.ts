import { expect, test } from 'vitest';
import { bucketStarts } from './bucket-starts.ts';

const us = (iso: string) => Date.parse(iso) * 1000;
const starts = (
  grain: 'minute' | 'hour' | 'day' | 'week' | 'quarter' | 'year',
  timezone: string,
  from: string,
  to: string,
  more: object = {},
) =>
  bucketStarts({ grain, timezone, fromUs: us(from), toUs: us(to), ...more }, 1000)?.map((at) =>
    new Date(at / 1000).toISOString().slice(0, 16),
  );

test('the hour that the clock repeats is there twice, and the one it skips is not', () => {
  expect(starts('hour', 'Europe/Berlin', '2026-10-24T23:30Z', '2026-10-25T02:00Z')).toEqual([
    '2026-10-24T23:00',
    '2026-10-25T00:00',
    '2026-10-25T01:00',
  ]);
  expect(starts('day', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T00:00Z')).toEqual([
    '2026-03-27T23:00',
    '2026-03-28T23:00',
    '2026-03-29T22:00',
  ]);
});

test('where the clock changes by half an hour, a bucket begins', () => {
  expect(starts('hour', 'Australia/Lord_Howe', '2026-04-04T13:30Z', '2026-04-04T16:00Z')).toEqual([
    '2026-04-04T13:00',
    '2026-04-04T14:00',
    '2026-04-04T15:00',
    '2026-04-04T15:30',
  ]);
});

test('a day that a zone left out is no bucket', () => {
  // Samoa went from 29 to 31 December 2011.
  expect(starts('day', 'Pacific/Apia', '2011-12-29T12:00Z', '2012-01-01T00:00Z')).toEqual([
    '2011-12-29T10:00',
    '2011-12-30T10:00',
    '2011-12-31T10:00',
  ]);
});

test('weeks begin on the day that is asked for, quarters and years on their first', () => {
  expect(starts('week', 'UTC', '2026-11-04T00:00Z', '2026-11-10T00:00Z')).toEqual([
    '2026-11-02T00:00',
    '2026-11-09T00:00',
  ]);
  expect(starts('week', 'UTC', '2026-11-04T00:00Z', '2026-11-10T00:00Z', { weekStart: 'sunday' })).toEqual([
    '2026-11-01T00:00',
    '2026-11-08T00:00',
  ]);
  expect(starts('quarter', 'UTC', '2026-02-04T00:00Z', '2026-07-10T00:00Z')).toEqual([
    '2026-01-01T00:00',
    '2026-04-01T00:00',
    '2026-07-01T00:00',
  ]);
  expect(starts('year', 'Asia/Tokyo', '2026-02-04T00:00Z', '2026-07-10T00:00Z')).toEqual(['2025-12-31T15:00']);
});

test('several minutes count from midnight', () => {
  expect(starts('minute', 'UTC', '2026-02-04T00:07Z', '2026-02-04T00:20Z', { bucketMinutes: 15 })).toEqual([
    '2026-02-04T00:00',
    '2026-02-04T00:15',
  ]);
});

test('more buckets than allowed are not made', () => {
  expect(
    bucketStarts({ grain: 'minute', timezone: 'UTC', fromUs: 0, toUs: us('2199-01-01T00:00Z') }, 1000),
  ).toBeUndefined();
});
