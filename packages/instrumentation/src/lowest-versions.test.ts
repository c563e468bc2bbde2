import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { doctor } from './doctor.ts';
import { endingsContract, forgottenStreamsContract } from './endings.contract.ts';
import { lazyPromisesContract } from './stainless/lazy-promises.contract.ts';
import type { Dialect } from './testing/dialect.ts';
import { type BedrockModule, converseDialect } from './testing/dialects/bedrock.ts';
import { type CohereModule, cohereDialect } from './testing/dialects/cohere.ts';
import { type GoogleModule, geminiDialect } from './testing/dialects/google.ts';
import { type MistralModule, mistralDialect } from './testing/dialects/mistral.ts';
import { type OllamaModule, ollamaDialect } from './testing/dialects/ollama.ts';
import { chatDialect, messagesDialect, responsesDialect } from './testing/dialects/stainless.ts';
import { loadLowest } from './testing/lowest-sdks.ts';
import { type ProviderServer, startProviderServer } from './testing/provider-server.ts';
import type { AnthropicModule, OpenAiModule } from './testing/sdk-copies.ts';
import { startTelemetry } from './testing/telemetry.ts';

const FOLDER = process.env['COSTSPAN_LOWEST_SDKS'];

if (FOLDER === undefined) {
  test.skip('the lowest version of each SDK: they are installed and tried by `npm run support-matrix sdks`', () => {});
} else {
  await lowestVersions(FOLDER);
}

async function lowestVersions(folder: string): Promise<void> {
  const telemetry = startTelemetry();
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer();
  });
  afterAll(async () => {
    await server.close();
    await telemetry.stop();
  });
  beforeEach(() => {
    telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
    telemetry.clear();
  });
  const world = () => ({ telemetry, server });
  const load = loadLowest(folder);

  const openai5 = await load<OpenAiModule>('openai-5');
  const openai6 = await load<OpenAiModule>('openai-6');
  const openai7 = await load<OpenAiModule>('openai-7');
  const LAZY = [
    chatDialect('5.0', openai5),
    responsesDialect('5.0', openai5),
    chatDialect('6.0', openai6),
    responsesDialect('6.0', openai6),
    chatDialect('7.0', openai7),
    responsesDialect('7.0', openai7),
    messagesDialect('1.0', await load<AnthropicModule>('anthropic-1')),
    chatDialect('1.1', sdkOf(await load('groq-1'), 'Groq'), 'groq', ''),
  ];
  const PLAIN = [
    withoutErrorEvent(messagesDialect('0.39', await load<AnthropicModule>('anthropic-0'))),
    converseDialect('3.600', await load<BedrockModule>('bedrock-3')),
    cohereDialect('8.0', await load<CohereModule>('cohere-8')),
    withoutErrorEvent(geminiDialect('2.0', await load<GoogleModule>('genai-2'))),
    mistralDialect('2.0', await load<MistralModule>('mistral-2', 'esm')),
    ollamaDialect('0.5.14', await load<OllamaModule>('ollama-0')),
  ];
  for (const dialect of [...LAZY, ...PLAIN]) endingsContract(dialect, world);
  for (const dialect of LAZY) lazyPromisesContract(dialect, world);
  forgottenStreamsContract([...LAZY, ...PLAIN], world);

  test('every one of them is observed, and nothing had to be said', () => {
    for (const { library, copies } of doctor().libraries) {
      for (const copy of copies)
        expect({ library, ...copy }).toMatchObject({ methods: copy.methods.map(() => ({ observed: true })) });
    }
  });
}

/** A version that takes an error in the stream for a part like others. */
function withoutErrorEvent({ errorEvent: _error, ...dialect }: Dialect): Dialect {
  return dialect;
}

function sdkOf(module: unknown, name: string): OpenAiModule {
  return { OpenAI: (module as Record<string, unknown>)[name] } as unknown as OpenAiModule;
}
