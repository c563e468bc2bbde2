import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { googleAdk } from './google-adk.ts';

const scope = { name: 'gcp.vertex.agent', version: '1.16.0' };

/** As `google/adk/telemetry/tracing.py` writes it. */
const CALL_LLM = spanWith(
  {
    'gen_ai.system': 'gcp.vertex.agent',
    'gen_ai.request.model': 'gemini-2.5-flash',
    'gen_ai.request.max_tokens': 64,
    'gcp.vertex.agent.session_id': 's1',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 23,
    'gen_ai.usage.experimental.reasoning_tokens': 302,
  },
  { scope, kind: 1 },
);

dialectContract(googleAdk, [
  CALL_LLM,
  spanWith({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' }, { scope, kind: 1 }),
]);

test('its model span is the call, by the provider of the model; old spans had the thoughts beside the output', () => {
  expect(normalise(CALL_LLM)).toMatchObject({
    call: {
      provider: 'gcp.gemini',
      operation: 'generate_content',
      conversationId: 's1',
      maxTokens: 64,
      usage: { meters: { input_tokens: 100, output_tokens: 325, output_reasoning_tokens: 302 } },
    },
  });
});

test('since it names them by the convention the output holds them', () => {
  const span = spanWith(
    {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.output_tokens': 325,
      'gen_ai.usage.reasoning.output_tokens': 302,
    },
    { scope },
  );
  expect(googleAdk.read(span).meters).toEqual({ output_tokens: 325, output_reasoning_tokens: 302 });
});

test.each([
  ['invoke_agent', 'agent'],
  ['execute_tool', 'tool'],
  ['invoke_workflow', 'workflow'],
  ['generate_content', 'call'],
])('%s is: %s', (operation, kind) => {
  expect(googleAdk.read(spanWith({ 'gen_ai.operation.name': operation }, { scope, kind: 1 })).kind).toBe(kind);
});
