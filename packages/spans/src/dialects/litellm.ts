import type { ReportedCost } from '@costspan/usage';
import { plainAmount } from '../reported-cost.ts';
import type { AttributeValue, Span } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { type Facts, FactTable, isEmpty } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';
import { parseJsonObject } from './json-text.ts';

const SCOPE = 'litellm';
const CALL_ID = 'litellm.call_id';
const PROVIDER_MODEL = 'litellm.provider.model';
const HIDDEN = 'hidden_params';
const COSTS = ['litellm.cost.total', 'gen_ai.cost.total_cost'];
const METADATA = ['litellm.metadata.', 'metadata.'];

const TABLE = new FactTable(
  { ...GEN_AI_FACTS, operation: [...GEN_AI_FACTS.operation, 'llm.request.type', 'litellm.call_type'] },
  GEN_AI_METERS,
);

/** Which of LiteLLM's identities is which tag; where a tag has several, the first that is there. */
const IDENTITIES: readonly (readonly [tag: string, ...names: string[]])[] = [
  ['customer_id', 'litellm.end_user.id', 'user_api_key_end_user_id'],
  ['user', 'user_api_key_user_id', 'user_api_key_user_email', 'llm.user'],
  ['team', 'litellm.team.alias', 'user_api_key_team_alias', 'litellm.team.id', 'user_api_key_team_id'],
  ['business_unit', 'user_api_key_org_alias', 'user_api_key_org_id'],
  ['virtual_account', 'user_api_key_alias', 'litellm.api_key.hash', 'user_api_key_hash'],
];
/** Where a caller's own metadata stand, as JSON. */
const CALLER_METADATA = ['requester_metadata', 'spend_logs_metadata'];

/**
 * LiteLLM, SDK and proxy, both of its OpenTelemetry integrations (names of the second stand first). Read in its repository:
 * it adds the cached tokens to the input count of every provider; the model that was asked for is the proxy's alias, and
 * the provider's stands in `litellm.provider.model`. Its cost is what the gateway charged, discounts and margins included; 0
 * is what it writes where it knew none.
 */
export const liteLlm: Dialect = {
  name: 'litellm',
  convention: 'cache_included',
  attributes: [
    ...TABLE.attributes,
    ...[CALL_ID, PROVIDER_MODEL, HIDDEN, ...COSTS],
    ...IDENTITIES.flatMap(([, ...names]) => names).filter((name) => name.includes('.')),
  ],
  prefixes: METADATA,
  recognises: ({ scope, attributes }) =>
    attributes.has(CALL_ID) || (scope.name === SCOPE && GEN_AI_FACTS.requestModel.some((name) => attributes.has(name))),
  read: (span) => {
    const identities = new Map<string, AttributeValue>();
    const found = withProviderModel(
      TABLE.read(span, (name, value) => identities.set(withoutPrefix(name), value)),
      span.attributes.get(PROVIDER_MODEL),
    );
    const over: { -readonly [F in keyof CallFacts]?: CallFacts[F] } = {};
    const cost = costOf(span);
    if (cost !== undefined) over.reportedCost = cost;
    // The proxy's identity goes onto all its spans, model included: only one with an operation or usage is a call.
    if (found.operation === undefined) {
      over.operation = 'unknown';
      over.kind = isEmpty(found.meters) ? 'other' : 'call';
    }
    return callFacts(span, found, over, tagsFrom(identities));
  },
};

function withoutPrefix(name: string): string {
  const prefix = METADATA.find((beginning) => name.startsWith(beginning));
  return prefix === undefined ? name : name.slice(prefix.length);
}

function tagsFrom(identities: ReadonlyMap<string, AttributeValue>): TagCollector {
  const tags = new TagCollector();
  for (const [tag, ...names] of IDENTITIES) {
    for (const name of names) tags.addAs(tag, identities.get(name));
  }
  for (const name of CALLER_METADATA) tags.addFields(identities.get(name));
  return tags;
}

/** `azure/our-deployment` is what was called; the name before the slash is LiteLLM's word for the provider. */
function withProviderModel(found: Facts, model: AttributeValue | undefined): Facts {
  if (typeof model !== 'string' || model === '') return found;
  const requestModel = model.slice(model.indexOf('/') + 1);
  return requestModel === '' ? found : { ...found, requestModel };
}

function costOf(span: Span): ReportedCost | undefined {
  const hidden = parseJsonObject(span.attributes.get(HIDDEN))?.response_cost;
  const stated = [...COSTS.map((name) => span.attributes.get(name)), hidden];
  for (const value of stated) {
    const amount = typeof value === 'number' || typeof value === 'string' ? plainAmount(value) : undefined;
    if (amount !== undefined && amount !== '0') return { amount, currency: 'USD' };
  }
  return undefined;
}
