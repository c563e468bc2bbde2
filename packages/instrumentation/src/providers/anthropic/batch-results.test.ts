import { COSTSPAN, GEN_AI, TAG_PREFIX } from '@costspan/usage';
import { describe, expect, test } from 'vitest';
import { withTags } from '../../tags/context-tags.ts';
import { messagesDialect } from '../../testing/dialects/stainless.ts';
import { all } from '../../testing/one-span.contract.ts';
import { loadCopies } from '../../testing/sdk-copies.ts';
import { startStage } from '../../testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();

const message = messagesDialect('esm', esm.anthropic).body as Readonly<Record<string, unknown>>;
const succeeded = (id: string) => ({
  custom_id: id,
  result: { type: 'succeeded', message: { ...message, id: `msg_${id}` } },
});
const LINES = [
  succeeded('a'),
  {
    custom_id: 'b',
    result: { type: 'errored', error: { type: 'error', error: { type: 'api_error', message: 'no' } } },
  },
  { custom_id: 'c', result: { type: 'expired' } },
  succeeded('d'),
];
const jsonLines = LINES.map((line) => `${JSON.stringify(line)}\n`).join('');

/** The SDK makes spans of its own for these requests, which bill nothing. */
function billed() {
  return telemetry.spans().filter(({ attributes }) => attributes[COSTSPAN.billable] === true);
}

type Batches = InstanceType<typeof esm.anthropic.Anthropic>['messages']['batches'];

function answerWithBatch(id: string): void {
  const batch = { id, processing_status: 'ended', results_url: `${server.url}/v1/messages/batches/${id}/results` };
  server.answerWith(
    { body: JSON.stringify(batch) },
    { headers: { 'content-type': 'application/binary' }, body: jsonLines },
  );
}

const WAYS: Readonly<Record<string, () => Batches>> = {
  'messages, esm': () =>
    new esm.anthropic.Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0 }).messages.batches,
  'messages, cjs': () => new cjs.anthropic.Anthropic({ apiKey: 'k', baseURL: server.url }).messages.batches,
  'beta messages': () =>
    new esm.anthropic.Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0 }).beta.messages
      .batches as unknown as Batches,
};

describe.each(Object.entries(WAYS))('the results of a batch of %s', (way, open) => {
  test('are calls billed as a batch, one for each that succeeded, when they are read', async () => {
    answerWithBatch(`${way}-1`);
    const results = await withTags({ customer_id: 'acme' }, () => open().results(`${way}-1`));
    expect(billed()).toEqual([]);
    // Read by somebody else.
    expect(await withTags({ customer_id: 'reader' }, () => all(results))).toEqual(LINES);
    const spans = billed().map(({ attributes }) => attributes);
    expect(spans.map((attributes) => attributes[GEN_AI.responseId])).toEqual(['msg_a', 'msg_d']);
    for (const attributes of spans) {
      expect(attributes).toMatchObject({
        [COSTSPAN.billable]: true,
        [COSTSPAN.contextBatch]: true,
        [COSTSPAN.outcome]: 'ok',
        [GEN_AI.operationName]: 'chat',
        [GEN_AI.providerName]: 'anthropic',
        [GEN_AI.requestModel]: 'claude-opus-5-20260101',
        [GEN_AI.usageInputTokens]: 100,
        [GEN_AI.usageOutputTokens]: 20,
        [`${TAG_PREFIX}customer_id`]: 'acme',
      });
    }
  });

  test('are billed once, however often they are read', async () => {
    for (let time = 0; time < 2; time += 1) {
      answerWithBatch(`${way}-2`);
      await all(await open().results(`${way}-2`));
    }
    expect(billed()).toHaveLength(2);
  });

  test('that nobody reads are nobody’s calls yet', async () => {
    answerWithBatch(`${way}-3`);
    for await (const line of await open().results(`${way}-3`)) {
      expect(line.custom_id).toBe('a');
      break;
    }
    expect(billed()).toHaveLength(1);
  });

  test('of a batch that is not there fail as the SDK says', async () => {
    server.answerWith({ status: 404, body: '{"type":"error","error":{"type":"not_found_error","message":"no"}}' });
    await expect(open().results(`${way}-4`)).rejects.toMatchObject({ status: 404 });
    expect(billed()).toEqual([]);
  });
});
