import type { Provider } from '../providers/provider.ts';
import { aiSdk } from './ai-sdk.ts';
import { langchain } from './langchain.ts';
import { openaiAgents } from './openai-agents.ts';

/**
 * Frameworks above the SDKs. Their calls are billed only where no observed SDK call was made inside them. One file and one
 * line each.
 */
export const FRAMEWORKS: readonly Provider[] = [aiSdk, langchain, openaiAgents];
