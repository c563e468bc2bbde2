import { expect, test } from 'vitest';
import { parseClickHouseUrl } from './click-house-url.ts';

test.each([
  ['clickhouse://h', { url: 'http://h:8123', username: 'default', password: '', database: 'costspan' }],
  ['clickhouse://u:p%40ss@h:80/db', { url: 'http://h:80', username: 'u', password: 'p@ss', database: 'db' }],
  ['clickhouses://h', { url: 'https://h:8443', username: 'default', password: '', database: 'costspan' }],
  ['clickhouses://[::1]:443/x', { url: 'https://[::1]:443', username: 'default', password: '', database: 'x' }],
  [
    'clickhouse://h:9000/x?cluster=main',
    { url: 'http://h:9000', username: 'default', password: '', database: 'x', cluster: 'main' },
  ],
])('%s is a place', (text, place) => {
  expect(parseClickHouseUrl(text)).toEqual(place);
});

test.each([
  ['', 'not of the form'],
  ['http://h', 'not of the form'],
  ['clickhouse://', 'not of the form'],
  ['clickhouse://h/a-b', 'the database "a-b" is not a plain name'],
  ['clickhouse://h/a;DROP', 'the database "a;DROP" is not a plain name'],
  ['clickhouse://h/x?cluster=a%27', 'the cluster "a\'" is not a plain name'],
  ['clickhouse://h/x?secure=1', 'secure is not known'],
])('%j is none: %s', (text, why) => {
  expect(() => parseClickHouseUrl(text)).toThrow(why);
});

test('what is wrong is told without the password', () => {
  expect(() => parseClickHouseUrl('clickhouse://u:secret@h/a-b')).toThrow(/^(?!.*secret)/);
});
