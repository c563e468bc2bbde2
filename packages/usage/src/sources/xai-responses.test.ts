import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const counts = { input_tokens: 10, output_tokens: 20, total_tokens: 30 };
const read = (usage: object, output: unknown[] = []) =>
  extractUsage({ provider: 'xai', api: 'responses', body: { usage: { ...counts, ...usage }, output } });

test('tools are counted by kind', () => {
  const details = {
    web_search_calls: 1,
    x_search_calls: 5,
    code_interpreter_calls: 2,
    file_search_calls: 3,
    document_search_calls: 4,
  };
  const { usage, context } = read({ server_side_tool_usage_details: details, cost_in_usd_ticks: 37756000 }, [
    { type: 'web_search_call' },
    { type: 'web_search_call' },
  ]);
  expect(usage.meters).toEqual({
    input_tokens: 10,
    output_tokens: 20,
    web_searches: 1,
    social_searches: 5,
    code_executions: 2,
    file_searches: 3,
    attachment_searches: 4,
  });
  expect(context).toEqual({ reported_cost: { amount: '0.0037756', currency: 'USD' } });
});

test('older answers only list the calls', () => {
  const { usage } = read({ num_server_side_tools_used: 2 }, [{ type: 'x_search_call' }, { type: 'web_search_call' }]);
  expect(usage.meters).toEqual({ input_tokens: 10, output_tokens: 20, web_searches: 1, social_searches: 1 });
});
