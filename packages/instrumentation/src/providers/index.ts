import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { googleGenai } from './google-genai.ts';
import { groq } from './groq.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { Provider } from './provider.ts';
import { together } from './together.ts';

/** Every provider SDK we observe. One file and one line each. */
export const PROVIDERS: readonly Provider[] = [
  anthropic,
  bedrock,
  cohere,
  googleGenai,
  groq,
  mistral,
  ollama,
  openai,
  together,
];
