import { anthropicMessages } from './anthropic-messages.ts';
import { openrouterCost } from './openrouter-cost.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenRouter Messages. Anthropic's shape and convention, with the charge.
 * Source: OpenRouter API reference, Messages, read 2026-11-23.
 */
export const openrouterMessages: UsageSource = {
  ...anthropicMessages,
  name: 'openrouter.messages',
  providers: ['openrouter'],
  apis: ['messages', 'anthropic'],
  extract: (answer, usage, read, headers) => {
    const parts = anthropicMessages.extract(answer, usage, read, headers);
    return { ...parts, context: { ...parts.context, ...openrouterCost(usage, read) } };
  },
};
