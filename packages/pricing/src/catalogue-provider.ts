import type { ProviderName } from '@costspan/usage';

/**
 * The catalogue provider of each well-known `gen_ai.provider.name`: where its prices stand. `undefined` means that no
 * catalogue prices exist; a card file may still bring some under the name itself.
 */
const OTEL_PROVIDERS: Readonly<Record<ProviderName, string | undefined>> = {
  anthropic: 'anthropic',
  'aws.bedrock': 'aws',
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  cohere: 'cohere',
  deepseek: 'deepseek',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'google',
  groq: 'groq',
  'ibm.watsonx.ai': undefined,
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  openai: 'openai',
  perplexity: 'perplexity',
  x_ai: 'x-ai',
};

/** What SDKs, gateways and older conventions write instead. Lower-case. Adding one is one line. */
const COMMON_SPELLINGS: Readonly<Record<string, string>> = {
  'az.ai.inference': 'azure',
  'az.ai.openai': 'azure',
  'azure.openai': 'azure',
  'azure-openai': 'azure',
  azure_ai: 'azure',
  azure_openai: 'azure',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  'amazon-bedrock': 'aws',
  amazon_bedrock: 'aws',
  'aws-bedrock': 'aws',
  aws_bedrock: 'aws',
  gemini: 'google',
  'google-genai': 'google',
  'google-vertex': 'google',
  google_genai: 'google',
  google_vertexai: 'google',
  'vertex-ai': 'google',
  vertex_ai: 'google',
  vertexai: 'google',
  'mistral-ai': 'mistral',
  mistralai: 'mistral',
  moonshot: 'moonshotai',
  'moonshot-ai': 'moonshotai',
  xai: 'x-ai',
  'fireworks-ai': 'fireworks',
  fireworks_ai: 'fireworks',
  'together-ai': 'together',
  together_ai: 'together',
  togetherai: 'together',
  'github.copilot': 'github-copilot',
  github_copilot: 'github-copilot',
  'workers-ai': 'cloudflare',
  'cloudflare-workers-ai': 'cloudflare',
  voyage: 'voyageai',
  voyage_ai: 'voyageai',
  open_router: 'openrouter',
  zhipu: 'zhipuai',
  'z-ai': 'zai',
  'z.ai': 'zai',
};

/** Spelling → catalogue provider, for every spelling that differs from the catalogue's own. */
export const PROVIDER_SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...OTEL_PROVIDERS, ...COMMON_SPELLINGS }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  ),
);

/** The catalogue id for any spelling of a provider; a name nobody knows is its own id, in lower case. */
export function catalogueProvider(name: string): string {
  const lower = name.toLowerCase();
  return PROVIDER_SPELLINGS.get(lower) ?? lower;
}
