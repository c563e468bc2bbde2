import { regionOfHost } from '@costspan/usage';

/** Where a client sends its requests, from its base URL. */
export interface Server {
  readonly address: string;
  readonly port: number;
  /** The `gen_ai.provider.name` of the host, when the host is known; a proxy is nobody's. */
  readonly provider?: string;
  /** The place of inference that the host names. */
  readonly region?: string;
}

/** Base URLs differ by client, not by call; this bound is only reached by a program that makes up URLs. */
const SERVERS_MAX = 1_000;
const servers = new Map<string, Server | undefined>();

/** @returns `undefined` when `baseUrl` is no absolute URL. */
export function serverOf(baseUrl: unknown): Server | undefined {
  if (typeof baseUrl !== 'string') return undefined;
  if (servers.has(baseUrl)) return servers.get(baseUrl);
  const server = parseServer(baseUrl);
  if (servers.size < SERVERS_MAX) servers.set(baseUrl, server);
  return server;
}

function parseServer(baseUrl: string): Server | undefined {
  if (!URL.canParse(baseUrl)) return undefined;
  const url = new URL(baseUrl);
  const provider = providerOf(url);
  const region = regionOfHost(url.hostname);
  return {
    // A URL writes an IPv6 address in brackets; the conventions do not.
    address: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    ...(provider === undefined ? {} : { provider }),
    ...(region === undefined ? {} : { region }),
  };
}

/**
 * Hosts of vendors that speak another vendor's wire format. A name that starts with a dot matches every host that ends
 * with it. Names are those of the GenAI conventions; `openrouter`, `together`, `fireworks` and `cerebras` have none there
 * and use the vendor's own.
 */
const PROVIDER_HOSTS: readonly (readonly [host: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['.api.openai.com', 'openai'],
  ['.openai.azure.com', 'azure.ai.openai'],
  ['.cognitiveservices.azure.com', 'azure.ai.openai'],
  ['api.anthropic.com', 'anthropic'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['.api.x.ai', 'x_ai'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['api.cohere.ai', 'cohere'],
  ['api.cohere.com', 'cohere'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['.ml.cloud.ibm.com', 'ibm.watsonx.ai'],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.cerebras.ai', 'cerebras'],
];

function providerOf(url: URL): string | undefined {
  const host = url.hostname;
  if (host.endsWith('.services.ai.azure.com')) {
    return url.pathname.startsWith('/openai') ? 'azure.ai.openai' : 'azure.ai.inference';
  }
  if (host.endsWith('-aiplatform.googleapis.com')) return 'gcp.vertex_ai';
  if (host.startsWith('bedrock-') && (host.endsWith('.amazonaws.com') || host.endsWith('.api.aws')))
    return 'aws.bedrock';
  return PROVIDER_HOSTS.find(([known]) => isHost(host, known))?.[1];
}

/** True when `host` is `pattern`, or ends with it where the pattern starts with a dot. */
export function isHost(host: string, pattern: string): boolean {
  return pattern.startsWith('.') ? host.endsWith(pattern) : host === pattern;
}
