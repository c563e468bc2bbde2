import { anthropic } from './anthropic.ts';
import { openai } from './openai.ts';
import type { Provider } from './provider.ts';

/** Every provider SDK we observe. One file and one line each. */
export const PROVIDERS: readonly Provider[] = [anthropic, openai];
