import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const metersOf = (output: unknown, more: object = {}) =>
  extractUsage({
    provider: 'openai',
    api: 'responses',
    body: { usage: { input_tokens: 1, output_tokens: 1 }, output, ...more },
  }).usage.meters;

test('file searches are counted by the call', () => {
  const call = { type: 'file_search_call', queries: ['a', 'b'] };
  expect(metersOf([call, { type: 'message' }, call])).toMatchObject({ file_searches: 2 });
});

test('code that ran at the provider is counted, code that ran at the customer is not', () => {
  const hosted = { type: 'shell_call', environment: { type: 'container_reference' } };
  const local = { type: 'shell_call', environment: { type: 'local' } };
  expect(metersOf([{ type: 'code_interpreter_call' }, hosted, local, { type: 'local_shell_call' }])).toMatchObject({
    code_executions: 2,
  });
});

test.each([undefined, null, 'x', [null, 4, 'x'], []])('output %j counts nothing', (output) => {
  expect(metersOf(output)).toEqual({ input_tokens: 1, output_tokens: 1 });
});

test('a count of zero searches is a report', () => {
  expect(metersOf([], { tool_usage: { web_search: { num_requests: 0 } } })).toMatchObject({ web_searches: 0 });
});
