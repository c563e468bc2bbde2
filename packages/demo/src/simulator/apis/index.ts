import type { SimulatedApi } from '../simulated-api.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';

/** Every API the simulator speaks. One file and one line each. */
export const SIMULATED_APIS: readonly SimulatedApi[] = [
  openaiChat,
  openaiResponses,
  openaiEmbeddings,
  anthropicMessages,
];
