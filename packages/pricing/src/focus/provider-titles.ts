import { catalogueProvider } from '../catalogue-provider.ts';

/** What providers are called on their invoices, by catalogue id. Adding one is one line. */
const TITLES: Readonly<Record<string, string>> = {
  anthropic: 'Anthropic',
  aws: 'AWS',
  azure: 'Microsoft',
  cohere: 'Cohere',
  deepseek: 'DeepSeek',
  fireworks: 'Fireworks AI',
  google: 'Google Cloud',
  groq: 'Groq',
  mistral: 'Mistral AI',
  moonshotai: 'Moonshot AI',
  openai: 'OpenAI',
  openrouter: 'OpenRouter',
  perplexity: 'Perplexity',
  together: 'Together AI',
  'x-ai': 'xAI',
};

/** The title of a provider by any spelling; one that nobody knows is called as it was. */
export function providerTitle(name: string): string {
  return TITLES[catalogueProvider(name)] ?? name;
}
