import { expect, test } from 'vitest';
import { isOurName } from './host-guard.ts';

test.each([
  ['127.0.0.1:4318', true],
  ['127.0.0.1', true],
  ['[::1]:4318', true],
  ['10.1.2.3:80', true],
  ['localhost:4318', true],
  ['LocalHost', true],
  ['app.localhost:4318', true],
  ['host.docker.internal:4318', true],
  ['evil.example:4318', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['evillocalhost', false],
  ['internal', false],
  ['', false],
])('a request for "%s" is one for us: %s', (host, ours) => {
  expect(isOurName(host)).toBe(ours);
});
