/**
 * The one spelling of a provider that usage sources list: its `gen_ai.provider.name` value, or where the conventions have
 * none, the catalogue's id. A name nobody knows stays itself, in lower case.
 */
export function usageProvider(name: string): string {
  const lower = name.toLowerCase();
  // Routers that name the host they chose answer in their own shape, whoever the host is.
  if (lower.startsWith('huggingface')) return 'huggingface';
  return SPELLINGS.get(lower) ?? lower;
}

/** Every other spelling that SDKs, gateways, catalogues and older conventions use. Adding one is one line. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['az.ai.inference', 'azure.ai.inference'],
  ['azure_ai', 'azure.ai.inference'],
  ['az.ai.openai', 'azure.ai.openai'],
  ['azure', 'azure.ai.openai'],
  ['azure.openai', 'azure.ai.openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['azure_openai', 'azure.ai.openai'],
  ['aws', 'aws.bedrock'],
  ['bedrock', 'aws.bedrock'],
  ['bedrock-mantle', 'aws.bedrock'],
  ['bedrock_converse', 'aws.bedrock'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['amazon_bedrock', 'aws.bedrock'],
  ['aws-bedrock', 'aws.bedrock'],
  ['aws_bedrock', 'aws.bedrock'],
  ['google', 'gcp.gemini'],
  ['gemini', 'gcp.gemini'],
  ['google-genai', 'gcp.gen_ai'],
  ['google_genai', 'gcp.gen_ai'],
  ['google-vertex', 'gcp.vertex_ai'],
  ['google_vertexai', 'gcp.vertex_ai'],
  ['vertex-ai', 'gcp.vertex_ai'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['vertexai', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['mistral-ai', 'mistral_ai'],
  ['mistralai', 'mistral_ai'],
  ['moonshot', 'moonshot_ai'],
  ['moonshot-ai', 'moonshot_ai'],
  ['moonshotai', 'moonshot_ai'],
  ['watsonx', 'ibm.watsonx.ai'],
  ['x-ai', 'x_ai'],
  ['xai', 'x_ai'],
  ['fireworks-ai', 'fireworks'],
  ['fireworks_ai', 'fireworks'],
  ['github.copilot', 'github-copilot'],
  ['github_copilot', 'github-copilot'],
  ['open_router', 'openrouter'],
  ['together-ai', 'together'],
  ['together_ai', 'together'],
  ['togetherai', 'together'],
  ['voyage', 'voyageai'],
  ['voyage_ai', 'voyageai'],
  ['workers-ai', 'cloudflare'],
  ['cloudflare-workers-ai', 'cloudflare'],
  ['z-ai', 'zai'],
  ['z.ai', 'zai'],
  ['zhipu', 'zhipuai'],
]);
