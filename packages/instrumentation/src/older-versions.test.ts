import { beforeEach, describe, expect, test } from 'vitest';
import { doctor } from './doctor.ts';
import { endingsContract, forgottenStreamsContract } from './endings.contract.ts';
import { lazyPromisesContract } from './stainless/lazy-promises.contract.ts';
import type { Dialect } from './testing/dialect.ts';
import { type CohereModule, cohereDialect } from './testing/dialects/cohere.ts';
import { type GoogleModule, geminiDialect, interactionDialect } from './testing/dialects/google.ts';
import { conversationDialect, type MistralModule, mistralDialect } from './testing/dialects/mistral.ts';
import { chatDialect, messagesDialect, responsesDialect } from './testing/dialects/stainless.ts';
import { type AnthropicModule, installedVersion, loadOlder, type OpenAiModule } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage();
beforeEach(() => {
  telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
});

/** Earlier major versions, beside the newest of `endings.test.ts`. One line each. */
const openai4 = await loadOlder<OpenAiModule>('openai', 'openai-4');
const openai5 = await loadOlder<OpenAiModule>('openai', 'openai-5');
const openai6 = await loadOlder<OpenAiModule>('openai', 'openai-6');
const anthropic0 = await loadOlder<AnthropicModule>('@anthropic-ai/sdk', 'anthropic-0');

/** Version 4 brings a `fetch` of its own, whose responses lack what the platform's have. */
const openai4OnFetch = {
  OpenAI: class extends openai4.OpenAI {
    constructor(options: object) {
      super({ ...options, fetch });
    }
  },
};
const genai2 = await loadOlder<GoogleModule>('@google/genai', 'genai-2');
const mistral1 = await loadOlder<MistralModule>('@mistralai/mistralai', 'mistral-1');
const cached = 'gen_ai.usage.cache_read.input_tokens';

const LAZY = [
  chatDialect('4 cjs on fetch', openai4OnFetch),
  responsesDialect('4 cjs on fetch', openai4OnFetch as unknown as OpenAiModule),
  chatDialect('5 cjs', openai5),
  chatDialect('6 cjs', openai6),
  responsesDialect('6 cjs', openai6),
  messagesDialect('0 cjs', anthropic0),
];
const PLAIN = [
  chatDialect('4 cjs', openai4),
  {
    ...withoutErrorEvent(geminiDialect('1.0 esm', await loadOlder<GoogleModule>('@google/genai', 'genai-1', 'esm'))),
    // That version keeps the status in the message only, and tries once.
    errorType: 'ClientError',
    lacks: ['attempts', 'retries'] as const,
  },
  geminiDialect('2 cjs', genai2),
  interactionDialect('2 cjs', genai2),
  withoutUsage(mistralDialect('1 cjs', mistral1), cached),
  conversationDialect('1 cjs', mistral1),
  cohereDialect('7 cjs', await loadOlder<CohereModule>('cohere-ai', 'cohere-7')),
];

function withoutErrorEvent({ errorEvent: _error, ...dialect }: Dialect): Dialect {
  return dialect;
}

/** A version whose answers have no place for a count that the API sends. */
function withoutUsage(dialect: Dialect, attribute: string): Dialect {
  const { [attribute]: _dropped, ...usage } = dialect.usage;
  return { ...dialect, usage };
}

for (const dialect of [...LAZY, ...PLAIN]) endingsContract(dialect, () => ({ telemetry, server }));
for (const dialect of LAZY) lazyPromisesContract(dialect, () => ({ telemetry, server }));
forgottenStreamsContract([...LAZY, ...PLAIN], () => ({ telemetry, server }));

describe('the doctor', () => {
  test('finds every copy of an earlier version observed', () => {
    const openai = doctor().libraries.find(({ library }) => library === 'openai');
    expect(openai).toMatchObject({ observed: true });
    const versions = ['openai-4', 'openai-5', 'openai-6'].map(installedVersion);
    expect(openai?.copies.map(({ version }) => version)).toEqual(expect.arrayContaining(versions));
    expect(telemetry.warnings).toEqual([]);
  });
});
