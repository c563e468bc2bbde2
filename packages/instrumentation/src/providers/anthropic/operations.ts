import { anthropicMessages, GEN_AI, OTEL } from '@costspan/usage';
import { type AttributeRule, requestAttributes } from '../../request-attributes.ts';
import type { Operation } from '../provider.ts';
import { messagesFold, readMessage } from './message.ts';

const MESSAGES: readonly AttributeRule[] = [
  [GEN_AI.requestStream, 'boolean', 'stream'],
  [GEN_AI.requestMaxTokens, 'number', 'max_tokens'],
  [GEN_AI.requestTemperature, 'number', 'temperature'],
  [GEN_AI.requestTopP, 'number', 'top_p'],
  [GEN_AI.requestTopK, 'number', 'top_k'],
  [GEN_AI.requestStopSequences, 'strings', 'stop_sequences'],
  [GEN_AI.requestReasoningLevel, 'string', 'output_config', 'effort'],
  [OTEL.anthropicRequestServiceTier, 'string', 'service_tier'],
];
/** Messages and beta messages. */
export const messages: Operation = {
  name: 'chat',
  api: 'messages',
  usage: anthropicMessages,
  constants: {},
  usageOnRequest: false,
  requestAttributes: (params) => requestAttributes(params, MESSAGES),
  read: readMessage,
  fold: messagesFold,
};
