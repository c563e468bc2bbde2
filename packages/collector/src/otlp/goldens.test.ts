import { readFileSync } from 'node:fs';
import { baseBook, priceCall } from '@costspan/pricing';
import { normalise } from '@costspan/spans';
import { formatMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { GOLDENS, type Golden } from './goldens.contract.ts';
import { READ_ATTRIBUTES } from './read-attributes.ts';

function decode({ format, body }: Golden) {
  return format === 'json' ? decodeJson(body, READ_ATTRIBUTES) : decodeProtobuf(body, READ_ATTRIBUTES);
}

test.each(GOLDENS)('$name is understood: one call, priced, below one span that is not billed', (golden) => {
  const { spanCount, spans } = decode(golden);
  expect(spanCount).toBe(2);
  const normalised = spans.map((span) => normalise(span));
  const calls = normalised.filter(({ kind }) => kind === 'call');
  expect(calls).toHaveLength(1);
  const [found] = calls;
  if (found?.kind !== 'call') throw new Error('no call');
  expect(found.findings).toEqual([]);
  const { call } = found;
  expect(call).toMatchObject({
    provider: 'openai',
    operation: 'chat',
    usage: { status: 'reported', meters: { input_tokens: 1000, output_tokens: 100 } },
    outcome: 'ok',
    serviceName: 'storefront',
    tags: { customer_id: 'acmé', environment: 'prod' },
  });
  // dd-trace puts the name of the answer's model where the request's belongs.
  const isDatadog = golden.name.startsWith('dd-trace');
  if (!isDatadog) expect(call).toMatchObject({ requestModel: 'gpt-4o', responseModel: 'gpt-4o-2024-08-06' });
  expect(call.responseModel).toMatch(/^gpt-4o/);
  const cost = priceCall(baseBook(), call, found.findings);
  expect(cost.total === undefined ? undefined : formatMoney(cost.total)).toBe('0.0035');
  const others = normalised.filter(({ kind }) => kind !== 'call');
  expect(others.map(({ kind }) => kind)).not.toContain('rejected');
  const agent = spans.find((span) => span.attributes.get('gen_ai.operation.name') === 'invoke_agent');
  expect([call.traceId, call.parentSpanId]).toEqual([agent?.traceId, agent?.spanId]);
});

test.each(GOLDENS.filter(({ name }) => !name.startsWith('dd-trace')))(
  '$name keeps its times to the microsecond',
  (golden) => {
    const chat = decode(golden).spans.find((span) => span.attributes.get('gen_ai.operation.name') === 'chat');
    expect([chat?.startedAtUs, chat?.endedAtUs]).toEqual([1_760_000_000_123_456, 1_760_000_001_987_654]);
  },
);

test('the page beside the bodies has a row for each, and no other', () => {
  const page = readFileSync(new URL('goldens/README.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(.+)\.body` \|/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual(GOLDENS.map(({ name }) => name));
});
