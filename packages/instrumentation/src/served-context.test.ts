import { COSTSPAN } from '@costspan/usage';
import { expect, test } from 'vitest';
import type { Dialect } from './testing/dialect.ts';
import { converseDialect } from './testing/dialects/bedrock.ts';
import { geminiDialect } from './testing/dialects/google.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm } = loadCopies();

/** Where each provider says what it charged by, beside the counts. */
const SERVED: readonly (readonly [Dialect, in_: 'body' | 'usage' | 'usageMetadata', says: object, tier: string])[] = [
  [chatDialect('esm', esm.openai), 'body', { service_tier: 'priority' }, 'priority'],
  [messagesDialect('esm', esm.anthropic), 'usage', { service_tier: 'batch' }, 'batch'],
  [geminiDialect('esm', esm.google), 'usageMetadata', { trafficType: 'ON_DEMAND_FLEX' }, 'flex'],
  [geminiDialect('esm', esm.google), 'usageMetadata', { trafficType: 'ON_DEMAND_PRIORITY' }, 'priority'],
  [converseDialect('esm', esm.bedrock), 'body', { serviceTier: { type: 'flex' } }, 'flex'],
];

test.each(SERVED)(
  '$0.name: the tier is the one that was served, from its %s %j',
  async (dialect, place, says, tier) => {
    const body = dialect.body as Readonly<Record<string, object>>;
    const answer = place === 'body' ? { ...body, ...says } : { ...body, [place]: { ...body[place], ...says } };
    server.answerWith({ body: JSON.stringify(answer) });
    await dialect.open(server.url).whole();
    expect(telemetry.spans()[0]?.attributes[COSTSPAN.contextServiceTier]).toBe(tier);
  },
);
