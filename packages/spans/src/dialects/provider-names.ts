import { PROVIDER_NAMES } from '@costspan/usage';

/** The provider of a call whose span names none. It has no price, and says so. */
const UNKNOWN_PROVIDER = 'unknown';

/**
 * The `gen_ai.provider.name` of a call. What a span calls it is spelled as the conventions do; SDKs append the API after a
 * dot (`openai.chat`, `google.vertex.chat`), which is left out. Where the span names no provider, or only the framework or
 * gateway that called one, the model's name tells who makes it.
 */
export function providerOf(name: string | undefined, model?: string): string {
  if (name !== undefined && CONVENTIONAL.has(name)) return name;
  const lower = name?.toLowerCase();
  if (lower === undefined || NO_PROVIDERS.has(lower)) return makerOf(model) ?? lower ?? UNKNOWN_PROVIDER;
  for (let end = lower.length; end > 0; end = lower.lastIndexOf('.', end - 1)) {
    const spelled = end === lower.length ? lower : lower.slice(0, end);
    const provider = SPELLINGS.get(spelled);
    if (provider !== undefined) return provider;
    if (CONVENTIONAL.has(spelled)) return spelled;
  }
  return lower;
}

const CONVENTIONAL: ReadonlySet<string> = new Set(PROVIDER_NAMES);

/** Other spellings of providers, lower-case. Those without a conventional name have the one that price cards use. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...spelled('anthropic', 'claude'),
  ...spelled(
    'aws.bedrock',
    'aws',
    'amazon',
    'bedrock',
    'amazon-bedrock',
    'amazon_bedrock',
    'aws-bedrock',
    'aws_bedrock',
  ),
  ...spelled('aws.bedrock', 'bedrock_converse', 'bedrock-converse', 'bedrock-runtime'),
  ...spelled('azure.ai.openai', 'azure', 'az.ai.openai', 'azure_openai', 'azure-openai', 'azure.openai', 'azureopenai'),
  ...spelled('azure.ai.inference', 'az.ai.inference', 'azure_ai', 'azure-ai', 'azure_ai_inference'),
  ...spelled('cohere', 'cohere_chat'),
  ...spelled('gcp.gemini', 'gemini', 'google', 'google.generative-ai', 'google_genai', 'google-genai', 'google_ai'),
  ...spelled('gcp.gemini', 'google_gemini', 'google-gla', 'google_ai_studio'),
  ...spelled('gcp.vertex_ai', 'vertex_ai', 'vertex-ai', 'vertexai', 'vertex', 'google.vertex', 'google-vertex'),
  ...spelled('gcp.vertex_ai', 'google_vertexai', 'google_vertex_ai', 'vertex_ai_beta'),
  ...spelled('ibm.watsonx.ai', 'watsonx', 'ibm_watsonx', 'ibm-watsonx'),
  ...spelled('mistral_ai', 'mistral', 'mistralai', 'mistral-ai', 'codestral'),
  ...spelled('moonshot_ai', 'moonshot', 'moonshotai', 'moonshot-ai'),
  ...spelled('openai', 'openai_chat', 'text-completion-openai', 'openai-chat', 'openai_responses'),
  ...spelled('perplexity', 'perplexityai', 'perplexity_ai'),
  ...spelled('x_ai', 'xai', 'x-ai', 'x.ai'),
  ...spelled('together', 'togetherai', 'together_ai', 'together-ai'),
  ...spelled('fireworks', 'fireworksai', 'fireworks_ai', 'fireworks-ai'),
  ...spelled('openrouter', 'open_router'),
]);

function spelled(provider: string, ...others: readonly string[]): [string, string][] {
  return others.map((other) => [other, provider]);
}

/** What stands where the provider belongs and is none: a framework, a gateway or "I do not know". */
const NO_PROVIDERS: ReadonlySet<string> = new Set([
  'unknown',
  'gateway',
  'litellm',
  'litellm_proxy',
  'custom',
  'custom_openai',
  'langchain',
  'langgraph',
  'llamaindex',
  'llama_index',
  'strands-agents',
  'strands_agents',
  'openai_agents',
  'claude_agent_sdk',
  'gcp.vertex.agent',
  'google_adk',
  'vercel_ai',
  'mastra',
  'crewai',
  'autogen',
  'haystack',
]);

/** Beginnings of model names that one maker alone uses. Bedrock's ids name the maker first; profiles put a place before it. */
const MAKERS: readonly (readonly [beginning: string, provider: string])[] = [
  ['gpt-', 'openai'],
  ['chatgpt-', 'openai'],
  ['o1', 'openai'],
  ['o3', 'openai'],
  ['o4', 'openai'],
  ['text-embedding-3', 'openai'],
  ['text-embedding-ada', 'openai'],
  ['claude-', 'anthropic'],
  ['gemini-', 'gcp.gemini'],
  ['mistral-', 'mistral_ai'],
  ['ministral-', 'mistral_ai'],
  ['codestral-', 'mistral_ai'],
  ['deepseek-', 'deepseek'],
  ['grok-', 'x_ai'],
  ['sonar', 'perplexity'],
  ['command-', 'cohere'],
  ['anthropic.', 'aws.bedrock'],
  ['amazon.', 'aws.bedrock'],
  ['meta.', 'aws.bedrock'],
  ['us.', 'aws.bedrock'],
  ['eu.', 'aws.bedrock'],
  ['apac.', 'aws.bedrock'],
  ['global.', 'aws.bedrock'],
  ['arn:aws:bedrock', 'aws.bedrock'],
];

/** `anthropic/claude-x` names the provider itself; else the beginning of the name tells. */
function makerOf(model: string | undefined): string | undefined {
  if (model === undefined) return undefined;
  const lower = model.toLowerCase();
  const slash = lower.indexOf('/');
  if (slash > 0) {
    const prefix = lower.slice(0, slash);
    const provider = CONVENTIONAL.has(prefix) ? prefix : SPELLINGS.get(prefix);
    if (provider !== undefined) return provider;
  }
  return MAKERS.find(([beginning]) => lower.startsWith(beginning))?.[1];
}
