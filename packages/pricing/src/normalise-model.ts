/** What a rule may know beside the name. */
export interface NameContext {
  /** Catalogue id of the provider that was called. */
  readonly provider: string;
  /** True for any spelling of that provider. */
  readonly isSameProvider: (name: string) => boolean;
}

/**
 * One way in which names of the same price differ. A rule looks at the name alone, takes one thing away from it, and knows no
 * model: it can never turn one model into a relative of it.
 */
export interface NameRule {
  readonly name: string;
  /** What it takes away, where that can be said so: without look-around and back-references, which other languages lack. */
  readonly pattern?: string;
  /** The only provider whose names it is for. */
  readonly provider?: string;
  /** The shorter name, or the same one when the rule does not apply. Names are lower-case. */
  readonly apply: (model: string, context: NameContext) => string;
}

const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:[^/]*\//;
const RESOURCE_PATH = /^(?:models\/|(?:projects\/[^/]+\/locations\/global\/)?publishers\/[^/]+\/models\/)/;
const LATEST = /[-:@]latest$|@default$/;
const FIRST_BEDROCK_VERSION = /(?:-v1)?:0$|-v1$/;
const DATE = /[-@]20[2-3]\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;
const MONTH_DAY = /-(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;

/**
 * Applied one after the other to a name that no card carries, each on what the last one left; after every change the name is
 * looked up again. Only what never changes a price is taken away. Kept, because they are part of the price: Bedrock profile
 * prefixes (`us.`, `eu.`, `global.`), Bedrock versions above the first, Vertex locations but `global`, `:free` and other
 * variants, year-month stamps. Adding one is one line.
 */
export const NAME_RULES: readonly NameRule[] = [
  without('bedrock-arn', BEDROCK_ARN),
  without('resource-path', RESOURCE_PATH),
  { name: 'provider-prefix', apply: withoutProvider },
  without('latest', LATEST),
  without('bedrock-version', FIRST_BEDROCK_VERSION, 'aws'),
  without('date', DATE),
  without('month-day', MONTH_DAY),
];

/** Takes what fits the pattern off the name; `only` at that provider. */
function without(name: string, pattern: RegExp, only?: string): NameRule {
  return {
    name,
    pattern: pattern.source,
    ...(only === undefined ? {} : { provider: only }),
    apply: (model, { provider }) => (only === undefined || only === provider ? model.replace(pattern, '') : model),
  };
}

/** `openai/gpt-4o` at OpenAI itself. Another vendor's prefix stays: it may be another offer. */
function withoutProvider(model: string, { isSameProvider }: NameContext): string {
  const slash = model.indexOf('/');
  return slash > 0 && isSameProvider(model.slice(0, slash)) ? model.slice(slash + 1) : model;
}

/**
 * The names under which a fine-tuned model may have a price: its base's fine-tune card. Never the base model itself, which
 * costs less. `undefined` for a model that is not fine-tuned.
 * `ft:gpt-4o-2024-08-06:acme::a1b2` → `ft:gpt-4o-2024-08-06`, `ft:gpt-4o`; Azure writes `gpt-4o-mini-2024-07-18.ft-a1b2`.
 */
export function fineTuneNames(model: string): readonly string[] | undefined {
  const azure = model.indexOf('.ft-');
  if (azure > 0) return [model.slice(0, azure + '.ft-'.length)];
  if (!model.startsWith('ft:')) return undefined;
  const end = model.indexOf(':', 'ft:'.length);
  const base = end === -1 ? model : model.slice(0, end);
  return [base, base.replace(DATE, ''), base.replace(MONTH_DAY, '')];
}
