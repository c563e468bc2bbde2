import { afterAll, beforeAll, beforeEach } from 'vitest';
import { chatDialect, messagesDialect, responsesDialect } from '../testing/dialects.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startTelemetry } from '../testing/telemetry.ts';
import { endingsContract } from './endings.contract.ts';

const telemetry = startTelemetry();
const { esm, cjs } = loadCopies();
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

for (const dialect of [
  chatDialect('esm', esm.openai),
  chatDialect('cjs', cjs.openai),
  responsesDialect('esm', esm.openai),
  messagesDialect('esm', esm.anthropic),
  messagesDialect('cjs', cjs.anthropic),
  messagesDialect('esm', esm.anthropic, true),
]) {
  endingsContract(dialect, () => ({ telemetry, server }));
}
