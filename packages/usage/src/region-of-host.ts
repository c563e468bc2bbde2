/** One provider's way of putting the place of inference into its host names. */
interface RegionalHost {
  readonly host: RegExp;
  /** The place, from what the pattern caught; `undefined` for a host that is no place. */
  readonly region: (caught: string) => string | undefined;
}

const asIs = (caught: string): string => caught;

/**
 * Hosts that name the place where a call is served. A host that is not here says nothing: the price of such a call is the plain
 * one, unless the answer or the configuration states a place. Adding one is one line, with hosts on both sides of it in the test.
 * Sources, read 2026-11-23: OpenAI data residency guide; xAI regional endpoints; AWS service endpoints of Amazon Bedrock;
 * Vertex AI locations. Azure is not among them: its hosts name a resource, and the offer is a property of the deployment.
 */
const REGIONAL_HOSTS: readonly RegionalHost[] = [
  // us.api.openai.com, eu.api.openai.com; api.openai.com is no place.
  { host: /^([a-z]{2})\.api\.openai\.com$/, region: asIs },
  // us-east-1.api.x.ai: xAI prices by the first part of it.
  { host: /^([a-z]{2})-[a-z]+-\d+\.api\.x\.ai$/, region: asIs },
  {
    host: /^bedrock-(?:runtime|runtime-fips|mantle)\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/,
    region: asIs,
  },
  { host: /^([a-z]+(?:-[a-z]+)+\d+)-aiplatform\.googleapis\.com$/, region: asIs },
  { host: /^aiplatform\.(us|eu)\.rep\.googleapis\.com$/, region: asIs },
  { host: /^(aiplatform)\.googleapis\.com$/, region: () => 'global' },
];

/** Longest name that the DNS carries. */
const HOST_LENGTH_MAX = 253;

/**
 * The value of the pricing axis `region` that a provider's host name states, `undefined` when it states none. Takes what
 * `server.address` holds: a name without scheme, port or path. The patterns are ours and linear; a long name is not looked at.
 */
export function regionOfHost(host: string | undefined): string | undefined {
  if (typeof host !== 'string' || host.length > HOST_LENGTH_MAX) return undefined;
  const name = host.toLowerCase();
  for (const { host: pattern, region } of REGIONAL_HOSTS) {
    const caught = pattern.exec(name)?.[1];
    if (caught !== undefined) return region(caught);
  }
  return undefined;
}
