/** Values of the deprecated `gen_ai.system` that have another name under `gen_ai.provider.name`. */
const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  'az.ai.openai': 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  azure: 'azure.ai.openai',
  vertex_ai: 'gcp.vertex_ai',
  gemini: 'gcp.gemini',
  xai: 'x_ai',
};

/** The provider of a call whose span names none. It has no price, and says so. */
const UNKNOWN_PROVIDER = 'unknown';

/** Some emitters capitalise the name (`OpenAI`); the conventions do not. */
export function providerFrom(name: string | undefined): string {
  if (name === undefined) return UNKNOWN_PROVIDER;
  const lower = name.toLowerCase();
  return SYSTEM_NAMES[lower] ?? lower;
}
