import { anthropicMessages } from './anthropic-messages.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import type { UsageSource } from './usage-source.ts';

/** Every usage shape we read, most telling shape first. One file and one line each. */
export const USAGE_SOURCES: readonly UsageSource[] = [openaiChat, openaiEmbeddings, openaiResponses, anthropicMessages];
