import { beforeEach } from 'vitest';
import { endingsContract, forgottenStreamsContract } from './endings.contract.ts';
import { lazyPromisesContract } from './stainless/lazy-promises.contract.ts';
import { converseDialect, invokeDialect } from './testing/dialects/bedrock.ts';
import { cohereDialect } from './testing/dialects/cohere.ts';
import { geminiDialect, interactionDialect } from './testing/dialects/google.ts';
import { conversationDialect, mistralDialect } from './testing/dialects/mistral.ts';
import { ollamaDialect } from './testing/dialects/ollama.ts';
import { chatDialect, messagesDialect, responsesDialect } from './testing/dialects/stainless.ts';
import { loadCopies, type OpenAiModule } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();
beforeEach(() => {
  telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
});

/** SDKs whose promises fetch at once and parse later. A provider of that kind joins by one line. */
const LAZY = [
  chatDialect('esm', esm.openai),
  chatDialect('cjs', cjs.openai),
  chatDialect('esm', { OpenAI: esm.groq.Groq as unknown as OpenAiModule['OpenAI'] }, 'groq', ''),
  chatDialect('esm', { OpenAI: esm.together.Together as unknown as OpenAiModule['OpenAI'] }, 'together'),
  responsesDialect('esm', esm.openai),
  messagesDialect('esm', esm.anthropic),
  messagesDialect('cjs', cjs.anthropic),
  messagesDialect('esm', esm.anthropic, true),
];

/** SDKs with promises of the platform. A provider of that kind joins by one line. */
const PLAIN = [
  geminiDialect('esm', esm.google),
  geminiDialect('cjs', cjs.google),
  converseDialect('esm', esm.bedrock),
  converseDialect('cjs', cjs.bedrock),
  invokeDialect('esm', esm.bedrock),
  interactionDialect('esm', esm.google),
  mistralDialect('esm', esm.mistral),
  conversationDialect('esm', esm.mistral),
  cohereDialect('cjs', cjs.cohere),
  ollamaDialect('esm', esm.ollama),
  ollamaDialect('cjs', cjs.ollama),
];

for (const dialect of [...LAZY, ...PLAIN]) endingsContract(dialect, () => ({ telemetry, server }));
for (const dialect of LAZY) lazyPromisesContract(dialect, () => ({ telemetry, server }));
forgottenStreamsContract([...LAZY, ...PLAIN], () => ({ telemetry, server }));
