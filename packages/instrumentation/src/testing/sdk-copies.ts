import { createRequire } from 'node:module';
import * as anthropicEsm from '@anthropic-ai/sdk';
import * as openaiEsm from 'openai';
import { adoptModule } from '../patches.ts';
import { anthropic } from '../providers/anthropic.ts';
import { openai } from '../providers/openai.ts';

export type OpenAiModule = typeof openaiEsm;
export type AnthropicModule = typeof anthropicEsm;

const require = createRequire(import.meta.url);

/**
 * Both copies of both SDKs. `require` is hooked by the instrumentation itself, so the CommonJS copies must be loaded after
 * it is created; the ES module copies are handed to it as the import hook would.
 */
export function loadCopies(): Record<
  'esm' | 'cjs',
  { readonly openai: OpenAiModule; readonly anthropic: AnthropicModule }
> {
  adoptModule(openai, openaiEsm, '7.57.0');
  adoptModule(anthropic, anthropicEsm, '1.12.0');
  return {
    esm: { openai: openaiEsm, anthropic: anthropicEsm },
    cjs: {
      openai: require('openai') as OpenAiModule,
      anthropic: require('@anthropic-ai/sdk') as AnthropicModule,
    },
  };
}
