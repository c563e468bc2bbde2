import { expect, test } from 'vitest';
import { Notices } from './notices.ts';

test('a trouble is said once until it is over, and its end is said once', () => {
  const said: string[] = [];
  const notices = new Notices((message) => said.push(message));
  notices.over('disk', 'fine');
  notices.once('disk', 'full');
  notices.once('disk', 'full again');
  notices.once('net', 'down');
  notices.over('disk', 'fine');
  notices.over('disk', 'fine');
  notices.once('disk', 'full once more');
  expect(said).toEqual(['full', 'down', 'fine', 'full once more']);
});
