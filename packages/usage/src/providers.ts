/**
 * The well-known values of `gen_ai.provider.name`.
 * Source: OpenTelemetry GenAI semantic conventions, registry of October 2026.
 */
export const PROVIDER_NAMES = [
  'anthropic',
  'aws.bedrock',
  'azure.ai.inference',
  'azure.ai.openai',
  'cohere',
  'deepseek',
  'gcp.gemini',
  'gcp.gen_ai',
  'gcp.vertex_ai',
  'groq',
  'ibm.watsonx.ai',
  'mistral_ai',
  'moonshot_ai',
  'openai',
  'perplexity',
  'x_ai',
] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];
