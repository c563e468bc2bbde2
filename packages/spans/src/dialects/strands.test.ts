import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { strands } from './strands.ts';

const scope = { name: 'strands.telemetry.tracer', version: '' };

/** As `strands/telemetry/tracer.py` writes it. */
const CHAT = spanWith(
  {
    'gen_ai.system': 'strands-agents',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'gen_ai.usage.prompt_tokens': 500,
    'gen_ai.usage.input_tokens': 500,
    'gen_ai.usage.completion_tokens': 50,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.cache_read_input_tokens': 400,
    'gen_ai.usage.cache_write_input_tokens': 100,
    'gen_ai.server.time_to_first_token': 250,
    'session.id': 's1',
    'user.id': 'u1',
  },
  { scope, kind: 1 },
);

dialectContract(strands, [CHAT]);

test("Bedrock's counts get the cached tokens added, and the wait is in milliseconds", () => {
  expect(normalise(CHAT)).toMatchObject({
    call: {
      provider: 'aws.bedrock',
      timeToFirstChunkUs: 250_000,
      conversationId: 's1',
      tags: { user: 'u1' },
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, cache_write_tokens: 100, output_tokens: 50 } },
    },
  });
});

test.each([
  ['invoke_agent', 'agent'],
  ['execute_event_loop_cycle', 'agent'],
  ['execute_tool', 'tool'],
  ['chat', 'call'],
])('%s is: %s', (operation, kind) => {
  expect(strands.read(spanWith({ 'gen_ai.operation.name': operation }, { scope, kind: 1 })).kind).toBe(kind);
});
