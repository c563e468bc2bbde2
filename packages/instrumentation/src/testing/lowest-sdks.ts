import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { adoptModule } from '../patches.ts';
import { PROVIDERS } from '../providers/index.ts';

/** The lowest version of each major that is promised, by the alias that it is installed under: library and version. */
export const LOWEST_SDKS: Readonly<Record<string, readonly [library: string, version: string]>> = {
  'openai-5': ['openai', '5.0.0'],
  'openai-6': ['openai', '6.0.0'],
  'openai-7': ['openai', '7.0.0'],
  'anthropic-0': ['@anthropic-ai/sdk', '0.39.0'],
  'anthropic-1': ['@anthropic-ai/sdk', '1.0.0'],
  'bedrock-3': ['@aws-sdk/client-bedrock-runtime', '3.600.0'],
  'cohere-8': ['cohere-ai', '8.0.0'],
  'genai-2': ['@google/genai', '2.0.0'],
  'groq-1': ['groq-sdk', '1.1.1'],
  'mistral-2': ['@mistralai/mistralai', '2.0.0'],
  'ollama-0': ['ollama', '0.5.14'],
};

/** @param folder where they are installed; not in this repository, so that nobody else pays for them. */
export function loadLowest(folder: string): <Module>(alias: string, format?: 'cjs' | 'esm') => Promise<Module> {
  const require = createRequire(join(folder, 'package.json'));
  return async (alias, format = 'cjs') => {
    const [library, version] = LOWEST_SDKS[alias] ?? [];
    const provider = PROVIDERS.find((one) => one.library === library);
    if (provider === undefined) throw new Error(`${alias} is no provider's`);
    const path = require.resolve(alias);
    const module: unknown = format === 'cjs' ? require(path) : await import(pathToFileURL(path).href);
    adoptModule(provider, module, version);
    return module as never;
  };
}
