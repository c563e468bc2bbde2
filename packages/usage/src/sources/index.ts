import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { bedrockLlama } from './bedrock-llama.ts';
import { bedrockTitan } from './bedrock-titan.ts';
import { bedrockTokenCounts } from './bedrock-token-counts.ts';
import { cohereBilledUnits } from './cohere-billed-units.ts';
import { cohereTokens } from './cohere-tokens.ts';
import { deepinfraChat } from './deepinfra-chat.ts';
import { deepseekChat } from './deepseek-chat.ts';
import { geminiGenerateContent } from './gemini-generate-content.ts';
import { geminiInteractions } from './gemini-interactions.ts';
import { generatedImages } from './generated-images.ts';
import { groqChat } from './groq-chat.ts';
import { litellmChat } from './litellm-chat.ts';
import { mistralChat } from './mistral-chat.ts';
import { mistralOcr } from './mistral-ocr.ts';
import { ollama } from './ollama.ts';
import { openaiAudioSeconds } from './openai-audio-seconds.ts';
import { openaiAudioTokens } from './openai-audio-tokens.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiImages } from './openai-images.ts';
import { openaiRealtime } from './openai-realtime.ts';
import { openaiResponses } from './openai-responses.ts';
import { openaiSpeech } from './openai-speech.ts';
import { openrouterChat } from './openrouter-chat.ts';
import { openrouterMessages } from './openrouter-messages.ts';
import { openrouterResponses } from './openrouter-responses.ts';
import { perplexityChat } from './perplexity-chat.ts';
import type { UsageSource } from './usage-source.ts';
import { vertexEmbeddings } from './vertex-embeddings.ts';
import { voyage } from './voyage.ts';
import { watsonxGeneration } from './watsonx-generation.ts';
import { xaiChat } from './xai-chat.ts';
import { xaiResponses } from './xai-responses.ts';

/** Every usage shape we read, most telling shape first. One file and one line each. */
export const USAGE_SOURCES: readonly UsageSource[] = [
  // Hosts with additions to a shape that they share come before the shape itself.
  deepinfraChat,
  deepseekChat,
  groqChat,
  litellmChat,
  mistralChat,
  openrouterChat,
  perplexityChat,
  xaiChat,
  openrouterMessages,
  openrouterResponses,
  xaiResponses,
  openaiChat,
  openaiEmbeddings,
  // Marks that only these shapes bear come before the two counts that many share.
  openaiSpeech,
  openaiAudioTokens,
  openaiAudioSeconds,
  openaiRealtime,
  openaiImages,
  anthropicMessages,
  openaiResponses,
  geminiGenerateContent,
  geminiInteractions,
  vertexEmbeddings,
  bedrockConverse,
  // What Bedrock counts is what it bills; the families' own counts are for bodies without it.
  bedrockTokenCounts,
  bedrockLlama,
  bedrockTitan,
  cohereBilledUnits,
  cohereTokens,
  mistralOcr,
  ollama,
  voyage,
  watsonxGeneration,
  generatedImages,
];
