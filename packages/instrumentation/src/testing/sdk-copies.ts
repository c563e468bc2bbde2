import { createRequire } from 'node:module';
import * as anthropicEsm from '@anthropic-ai/sdk';
import * as bedrockEsm from '@aws-sdk/client-bedrock-runtime';
import * as googleEsm from '@google/genai';
import * as mistralEsm from '@mistralai/mistralai';
import * as cohereEsm from 'cohere-ai';
import * as groqEsm from 'groq-sdk';
import * as ollamaEsm from 'ollama';
import * as openaiEsm from 'openai';
import * as togetherEsm from 'together-ai';
import { adoptModule } from '../patches.ts';
import { PROVIDERS } from '../providers/index.ts';

export type OpenAiModule = typeof openaiEsm;
export type AnthropicModule = typeof anthropicEsm;

const require = createRequire(import.meta.url);

/** The newest version of each SDK, as it is imported. */
const ESM = {
  anthropic: anthropicEsm,
  bedrock: bedrockEsm,
  cohere: cohereEsm,
  google: googleEsm,
  groq: groqEsm,
  mistral: mistralEsm,
  ollama: ollamaEsm,
  openai: openaiEsm,
  together: togetherEsm,
};
export type SdkModules = typeof ESM;

const PACKAGES: Readonly<Record<keyof SdkModules, string>> = {
  anthropic: '@anthropic-ai/sdk',
  bedrock: '@aws-sdk/client-bedrock-runtime',
  cohere: 'cohere-ai',
  google: '@google/genai',
  groq: 'groq-sdk',
  mistral: '@mistralai/mistralai',
  ollama: 'ollama',
  openai: 'openai',
  together: 'together-ai',
};

/**
 * Both copies of every SDK. `require` is hooked by the instrumentation itself, so the CommonJS copies must be loaded after
 * it is created; the ES module copies are handed to it as the import hook would.
 */
export function loadCopies(): Record<'esm' | 'cjs', SdkModules> {
  const names = Object.keys(PACKAGES) as (keyof SdkModules)[];
  for (const name of names) adopt(PACKAGES[name], ESM[name]);
  const cjs = Object.fromEntries(names.map((name) => [name, require(PACKAGES[name]) as unknown]));
  return { esm: ESM, cjs: cjs as unknown as SdkModules };
}

/** An older version, installed under an alias, handed to the instrumentation as the library it is. */
export async function loadOlder<Module>(
  library: string,
  alias: string,
  format: 'cjs' | 'esm' = 'cjs',
): Promise<Module> {
  const module: unknown = format === 'esm' ? await import(alias) : require(alias);
  adopt(library, module, alias);
  return module as Module;
}

function adopt(library: string, module: unknown, installedAs = library): void {
  const provider = PROVIDERS.find((candidate) => candidate.library === library);
  if (provider === undefined) throw new Error(`${library} is no provider's`);
  adoptModule(provider, module, installedVersion(installedAs));
}

export function installedVersion(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${folder}/${name}/package.json`) as { readonly version: string }).version;
    } catch {}
  }
  throw new Error(`${name} is not installed; run npm install`);
}
