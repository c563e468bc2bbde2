/**
 * One way in which names of the same price differ. A rule looks at the name alone, changes it in one way, and knows no
 * model: it can never turn one model into a relative of it.
 */
export interface NameRule {
  readonly name: string;
  /** The shorter name, or the same one when the rule does not apply. Input and output are lower-case. */
  readonly apply: (model: string, sameProvider: (name: string) => boolean) => string;
}

const DATE = /[-@](20[2-3]\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;
const MONTH_DAY = /-(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const LATEST = /[-:@]latest$|@default$/;
const FIRST_BEDROCK_VERSION = /(?:-v1)?(?::0)?$/;

/**
 * Applied one after the other to a name that no card carries, each on what the last one left; after every change the name is
 * looked up again. Only what never changes a price is taken away. Kept, because they are part of the price: Bedrock profile
 * prefixes (`us.`, `eu.`, `global.`), Bedrock versions above the first, `:free` and other variants, year-month stamps.
 */
export const NAME_RULES: readonly NameRule[] = [
  // `openai/gpt-4o` at OpenAI itself. Another vendor's prefix is left: it may be another offer.
  {
    name: 'arn',
    apply: (model) => (model.startsWith('arn:') ? afterLast(model, '/') : model),
  },
  {
    name: 'resource-path',
    apply: (model) => afterLast(model, '/models/', model.startsWith('models/') ? 'models/'.length : 0),
  },
  {
    name: 'provider-prefix',
    apply: (model, sameProvider) => {
      const slash = model.indexOf('/');
      return slash > 0 && sameProvider(model.slice(0, slash)) ? model.slice(slash + 1) : model;
    },
  },
  { name: 'latest', apply: (model) => model.replace(LATEST, '') },
  { name: 'bedrock-version', apply: (model) => model.replace(FIRST_BEDROCK_VERSION, '') },
  { name: 'date', apply: (model) => model.replace(DATE, '') },
  { name: 'month-day', apply: (model) => model.replace(MONTH_DAY, '') },
];

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

function afterLast(text: string, mark: string, otherwise = 0): string {
  const at = text.lastIndexOf(mark);
  return text.slice(at === -1 ? otherwise : at + mark.length);
}
