import { METERS, type Meter, type MeterDefinition } from '@costspan/usage';
import type {
  Fx,
  Layer,
  LayerRates,
  LayerSet,
  LayerTerm,
  LayerTier,
  Vector,
  VectorAnswer,
  VectorLine,
} from './vector.ts';

// What a call costs, worked out from the card files alone and from the tokens as things, one kind at a time. Written apart from
// the engine: no code of it runs here. Slow, exact, and as close to the words of the README as it can be.

const NAMES = Object.keys(METERS) as Meter[];
const AXES = ['service_tier', 'batch', 'speed', 'region', 'variant'] as const;
type Axis = (typeof AXES)[number];
const KINDS = ['base', 'correction', 'custom', 'organisation', 'deployment', 'resale'];
const SERVICES: readonly string[] = [
  'web_searches',
  'file_searches',
  'social_searches',
  'map_searches',
  'attachment_searches',
  'search_sources',
  'code_executions',
  'search_units',
  'sessions',
];

/** The whole answer for a vector: lines, total, status, reason, and the list and resale totals where there are contracts. */
export function evaluate(layers: readonly Layer[], vector: Vector, fx?: Fx): VectorAnswer {
  const answer = priced(layers, vector, fx);
  if (fx === undefined || answer.currency === 'USD' || answer.total === null) return answer;
  const rate = rateOf(fx, answer.currency, vector.input.at);
  if (rate === undefined) {
    return { ...answer, converted: { currency: 'USD', total: null, reason: `fx_missing:${answer.currency}` } };
  }
  const inDollars = (amount: string | null | undefined) => (amount ? exchanged(amount, rate.rate) : null);
  const prices =
    'list' in answer
      ? {
          list: inDollars(answer.list),
          contracted: inDollars(answer.contracted),
          resale: inDollars(answer.resale),
        }
      : {};
  return {
    ...answer,
    converted: {
      currency: 'USD',
      total: inDollars(answer.total),
      ...prices,
      rate: plain(rate.rate),
      ...(rate.from === undefined ? {} : { from: rate.from }),
      source: rate.source,
    },
  };
}

function rateOf({ rates }: Fx, currency: string, at: string): Fx['rates'][number] | undefined {
  return rates.find(
    (rate) =>
      rate.currency === currency &&
      (rate.from === undefined || Date.parse(rate.from) <= Date.parse(at)) &&
      (rate.to === undefined || Date.parse(at) < Date.parse(rate.to)),
  );
}

function exchanged(amount: string, rate: string): string {
  const [[top, bottom], [over, under]] = [fraction(amount), fraction(rate)];
  return decimal(halfEven(top * over * 10n ** 18n, bottom * under));
}

function priced(layers: readonly Layer[], vector: Vector, fx: Fx | undefined): VectorAnswer {
  const sorted = KINDS.flatMap((kind) => layers.filter((layer) => (layer.kind ?? 'custom') === kind));
  const upTo = (kind: string) => sorted.filter((layer) => KINDS.indexOf(layer.kind ?? 'custom') <= KINDS.indexOf(kind));
  const [list, paid] = [upTo('custom'), upTo('deployment')];
  const contracted = computed(paid, vector);
  const reported = vector.input.reported_cost;
  const answer: VectorAnswer =
    reported?.currency === 'USD' && /^\d+(\.\d+)?$/.test(reported.amount)
      ? {
          status: 'provider_reported',
          total: decimal(BigInt(scaled(reported.amount))),
          currency: 'USD',
          lines: [
            {
              meter: 'requests',
              quantity: 1,
              rate: reported.amount,
              per: 1,
              amount: decimal(BigInt(scaled(reported.amount))),
            },
          ],
          card: null,
          match: null,
        }
      : contracted;
  if (list.length === sorted.length) return answer;
  // An amount of another currency stands beside the others only where it can be had in theirs.
  const own = ({ total, currency }: VectorAnswer) => {
    if (total === null || currency === answer.currency) return total;
    const rate = fx === undefined || answer.currency !== 'USD' ? undefined : rateOf(fx, currency, vector.input.at);
    return rate === undefined ? null : exchanged(total, rate.rate);
  };
  return {
    ...answer,
    list: own(computed(list, vector)),
    contracted: own(contracted),
    resale: paid.length === sorted.length ? null : own(computed(forCustomer(sorted, vector.input.customer), vector)),
  };
}

/** The layers as they are for one customer: what is for others is not there. */
function forCustomer(layers: readonly Layer[], customer: string | undefined): readonly Layer[] {
  const isFor = ({ customers }: { readonly customers?: readonly string[] }) =>
    customers === undefined || (customer !== undefined && customers.includes(customer));
  return layers.map((layer) =>
    isFor(layer)
      ? {
          ...layer,
          overrides: (layer.overrides ?? []).filter(isFor),
          adjustments: (layer.adjustments ?? []).filter(isFor),
        }
      : { ...layer, cards: [], overrides: [], adjustments: [] },
  );
}

function computed(
  layers: readonly Layer[],
  { input, tokens, doubt, normalised_to: normalisedTo }: Vector,
): VectorAnswer {
  const none = (status: string, reason: string, found?: Found): VectorAnswer => ({
    status,
    total: null,
    currency: found?.currency ?? 'USD',
    lines: [],
    card: found?.card ?? null,
    match: found?.match ?? null,
    reason,
  });
  if (input.usage_status === 'unavailable') return none('usage_missing', 'usage_unavailable');
  const found = find(layers, input, normalisedTo);
  if (typeof found === 'string') return none('unpriced', found);
  if (found.set === undefined)
    return none('unpriced', found.hasPrices ? 'no_price_at_instant' : 'price_unknown', found);
  const bad = NAMES.find(
    (name) => input.usage[name] !== undefined && input.usage[name] !== null && !isCount(name, input.usage[name]),
  );
  if (bad !== undefined) return none('usage_missing', `count_invalid:${bad}`, found);

  const counted = new Map<string, number>();
  for (const name of NAMES) {
    const own = isToken(name)
      ? tokens.reduce((sum, [kind, count]) => sum + (holds(name, kind) ? count : 0), 0)
      : Number(input.usage[name] ?? 0);
    if (own > 0) counted.set(name, own);
  }
  const {
    rates,
    steps: allSteps,
    factors,
    gap,
  } = served(found.set, found.multipliers, found.standard, found.region, input.context ?? {}, counted);
  const prompt = promptOf(input.context);
  const climbed =
    prompt !== undefined && isOfPrompt(rates, allSteps) && prompt <= (allSteps[0]?.threshold ?? 0) ? [] : allSteps;
  const ratios = found.adjustments.flatMap(ratioOf);
  const lines = linesOf(rates, climbed, [...factors, ...ratios], tokens, counted, input.usage);
  const unrated = NAMES.find((name) => counted.has(name));
  if (lines.length === 0 && unrated !== undefined) return none('unpriced', `rate_missing:${unrated}`, found);
  const fees = found.adjustments.flatMap((term, index) =>
    feeLines(term, found.adjustments.slice(index + 1).flatMap(ratioOf), counted, input.usage),
  );
  lines.push(...fees.flatMap(({ line }) => line ?? []));

  const ownFactors = (meter: string) =>
    [...factors, ...ratios].filter(({ classes }) => classes.includes(classOf(meter)));
  const isFree =
    Object.keys(rates).length > 0 &&
    fees.every((fee) => fee.isZero) &&
    [...Object.entries(rates), ...allSteps.flatMap((step) => Object.entries(step.rates))].every(([meter, { price }]) =>
      [price, ...ownFactors(meter).map(({ factor }) => factor)].some((text) => /^[0.]+$/.test(text)),
    );
  // Several prompts that climb a ladder: how often each of them does is not in the sum of their tokens.
  const isSum = prompt !== undefined && isOfPrompt(rates, climbed) && prompt < (counted.get('input_tokens') ?? 0);
  const open = gap ?? (isSum ? 'context_unpriced:prompt_tokens' : undefined);
  const reason = doubt ?? missing(rates, tokens, input.usage) ?? (isFree ? undefined : open);
  const status = doubt?.startsWith('parts_exceed_whole')
    ? 'inconsistent'
    : reason !== undefined
      ? 'partial'
      : isFree
        ? 'free'
        : input.usage_status === 'estimated'
          ? 'estimated'
          : 'priced';
  const total = lines.reduce((sum, { amount }) => sum + BigInt(scaled(amount)), 0n);
  return {
    status,
    total: decimal(total),
    currency: found.currency,
    lines,
    card: found.card,
    match: found.match,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The size of one prompt, where the counts are of several. */
function promptOf(context: Vector['input']['context']): number | undefined {
  const size = context?.['prompt_tokens'];
  return typeof size === 'number' && Number.isInteger(size) && size >= 0 && size < 2 ** 53 ? size : undefined;
}

function isOfPrompt(rates: LayerRates, steps: readonly LayerTier[]): boolean {
  return steps.some(({ meter }) => meter === 'input_tokens') && rates['input_tokens'] !== undefined;
}

interface Found {
  readonly card: NonNullable<VectorAnswer['card']>;
  readonly match: NonNullable<VectorAnswer['match']>;
  readonly currency: string;
  readonly hasPrices: boolean;
  readonly set: LayerSet | undefined;
  readonly multipliers: NonNullable<LayerSet['multipliers']>;
  readonly standard: NonNullable<LayerSet['standard']>;
  readonly adjustments: readonly LayerTerm[];
  readonly region: string | undefined;
}

interface Factor {
  readonly name: string;
  readonly factor: string;
  readonly classes: readonly string[];
}

const PROVIDERS: Readonly<Record<string, string>> = {
  'aws.bedrock': 'aws',
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'gcp.gemini': 'google',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'google',
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  x_ai: 'x-ai',
};

/** The card of a call at its instant with everything that higher layers changed, looked up by exact names alone. */
function find(layers: readonly Layer[], input: Vector['input'], normalisedTo: string | undefined): Found | string {
  const id = PROVIDERS[input.provider] ?? input.provider;
  const cards = layers.flatMap((layer, rank) =>
    (layer.cards ?? []).filter(({ provider }) => provider === id).map((card) => ({ card, layer, rank })),
  );
  if (cards.length === 0) return 'provider_unknown';
  const called = (input.deployment ?? input.model)?.toLowerCase();
  const target = layers
    .flatMap(({ deployments = [] }) => deployments)
    .findLast(({ provider, deployment }) => provider === id && deployment.toLowerCase() === called);
  const isCalledByIt = target !== undefined && (!input.model || input.model.toLowerCase() === called || id === 'aws');
  const asked = isCalledByIt ? target.model : input.model;
  if (!asked) return 'model_missing';
  const exact = (name: string) =>
    cards.findLast(({ card }) => card.model === name) ?? cards.findLast(({ card }) => card.aliases?.includes(name));
  const direct = exact(asked);
  const under = direct ?? (normalisedTo === undefined ? undefined : exact(normalisedTo));
  if (under === undefined) return 'model_unknown';
  // A higher card takes over the names of the one below it.
  const top = cards.findLast(({ card }) => card.model === under.card.model) ?? under;
  const atUs = Date.parse(input.at);
  const fits = (term: LayerTerm, own: readonly string[]) =>
    (term.provider === id || term.provider === '*') &&
    (term.models === undefined || term.models.some((pattern) => own.some((name) => like(pattern, name)))) &&
    (term.deployments === undefined || term.deployments.some((name) => name.toLowerCase() === called));
  const inTime = (term: { readonly from?: string; readonly to?: string }) =>
    (term.from === undefined || Date.parse(term.from) <= atUs) && (term.to === undefined || atUs < Date.parse(term.to));
  const ownNames = [top.card.model, ...(top.card.aliases ?? [])];
  const scoped = layers.flatMap((layer, rank) => (layer.overrides ?? []).map((term) => ({ term, layer, rank })));
  const overrides = scoped.filter(({ term, rank }) => rank >= top.rank && fits(term, ownNames));
  const ratios = layers.flatMap((layer, rank) => (layer.adjustments ?? []).map((term) => ({ term, layer, rank })));
  const adjustments = ratios.filter(({ term }) => fits(term, ownNames));
  const terms = [...overrides, ...adjustments].filter(({ term }) => inTime(term));
  let set = top.card.prices.find(inTime) as LayerSet | undefined;
  for (const { term } of overrides.filter(({ term: each }) => inTime(each))) {
    if (set === undefined && (top.card.prices.length > 0 || term.rates === undefined)) continue;
    set = changed(set ?? { rates: {} }, term);
  }
  const decided = (set === undefined ? [] : terms).reduce(
    (best: { layer: Layer; rank: number }, each) => (each.rank >= best.rank ? each : best),
    top,
  );
  const inside = set === undefined ? undefined : windowOf(set, input.at);
  return {
    card: { provider: id, model: top.card.model, layer: decided.layer.layer, version: decided.layer.version ?? '' },
    match:
      direct === undefined
        ? 'normalised'
        : isCalledByIt || !cards.some(({ card }) => card.model === asked)
          ? 'alias'
          : 'exact',
    currency: top.card.currency,
    hasPrices: top.card.prices.length > 0 || overrides.some(({ term }) => term.rates !== undefined),
    set: inside ?? set,
    multipliers: set?.multipliers ?? [],
    standard: set?.standard ?? {},
    adjustments: adjustments.filter(({ term }) => inTime(term)).map(({ term }) => term),
    region: target?.region,
  };
}

function ratioOf({ name = '', ratio, classes }: LayerTerm): Factor[] {
  if (ratio === undefined) return [];
  return [
    { name, factor: plain(ratio), classes: classes ?? ['input', 'cache_read', 'cache_write', 'output', 'other'] },
  ];
}

/** A fee is on the whole count of its meter, every call being one request, and the ratios after it are on it. */
function feeLines(
  { name = '', fees = {} }: LayerTerm,
  ratios: readonly Factor[],
  counted: ReadonlyMap<string, number>,
  usage: Vector['input']['usage'],
): { readonly line: VectorLine | undefined; readonly isZero: boolean }[] {
  return NAMES.flatMap((meter) => {
    const rate = fees[meter];
    if (rate === undefined) return [];
    const isImplied = meter === 'requests' && (usage['requests'] === undefined || usage['requests'] === null);
    const own = isImplied ? 1 : (counted.get(meter) ?? 0);
    const mine = ratios.filter(({ classes }) => classes.includes(classOf(meter)));
    const isZero = [rate.price, ...mine.map(({ factor }) => factor)].some((text) => /^[0.]+$/.test(text));
    const quantity = billed(own, rate);
    return [{ line: own === 0 ? undefined : charged(meter, quantity, own, rate, mine, { fee: name }), isZero }];
  });
}

function like(pattern: string, name: string): boolean {
  const [wanted, own] = [pattern.toLowerCase(), name.toLowerCase()];
  return wanted.endsWith('*') ? own.startsWith(wanted.slice(0, -1)) : own === wanted;
}

function changed(set: LayerSet, term: LayerTerm): LayerSet {
  const axisOf = (when: object) => Object.keys(when)[0] as Axis;
  const replaced = (axis: Axis) => (term.multipliers ?? []).flatMap(({ when }) => values(when[axis]));
  const kept = (set.multipliers ?? []).flatMap((multiplier) => {
    const axis = axisOf(multiplier.when);
    const left = values(multiplier.when[axis]).filter((value) => !replaced(axis).includes(value));
    return left.length === 0 ? [] : [{ ...multiplier, when: { [axis]: left } }];
  });
  const whens = (term.cells ?? []).map(({ when }) => JSON.stringify(when));
  return {
    ...set,
    rates: { ...set.rates, ...term.rates },
    tiers: term.tiers ?? set.tiers,
    windows: term.windows ?? set.windows,
    cells: [...(set.cells ?? []).filter(({ when }) => !whens.includes(JSON.stringify(when))), ...(term.cells ?? [])],
    multipliers: [...kept, ...(term.multipliers ?? [])],
    standard: { ...set.standard, ...term.standard },
  } as LayerSet;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function windowOf(set: LayerSet, at: string): LayerSet | undefined {
  return set.windows?.find(({ start, end, zone = 'UTC', days = DAYS }) => {
    const local = new Date(new Date(at).toLocaleString('en-US', { timeZone: zone }));
    const today = DAYS[local.getDay()] as string;
    const before = DAYS[(local.getDay() + 6) % 7] as string;
    const time = `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`;
    if (start < end) return days.includes(today) && start <= time && time < end;
    return (days.includes(today) && time >= start) || (days.includes(before) && time < end);
  });
}

/** The rates for the way in which the call was served, the factors that stand on its lines, and what the card does not price. */
function served(
  set: LayerSet,
  multipliers: Found['multipliers'],
  standard: Found['standard'],
  region: string | undefined,
  context: NonNullable<Vector['input']['context']>,
  counted: ReadonlyMap<string, number>,
): {
  readonly rates: LayerRates;
  readonly steps: readonly LayerTier[];
  readonly factors: readonly Factor[];
  readonly gap: string | undefined;
} {
  const stated: { [A in Axis]?: string } = {};
  for (const axis of AXES) {
    const value = context[axis] ?? (axis === 'region' ? region : undefined);
    if (typeof value === 'string') stated[axis] = value.toLowerCase();
    if (axis === 'batch' && (value === true || stated.service_tier === 'batch')) stated.batch = 'true';
  }
  if (stated.service_tier === 'batch') delete stated.service_tier;
  const whens = [...(set.cells ?? []), ...multipliers].map(({ when }) => when);
  const active: { [A in Axis]?: string } = {};
  let gap: string | undefined;
  for (const axis of AXES) {
    const value = stated[axis];
    if (value === undefined) continue;
    const known = whens.flatMap((when) => values(when[axis]));
    const usual =
      axis === 'service_tier'
        ? ['default', 'standard', 'auto', 'on_demand']
        : axis === 'speed'
          ? ['standard', 'default']
          : [];
    if (known.includes(value)) active[axis] = value;
    else if ([...usual, ...values(standard[axis])].includes(value)) continue;
    else if (known.includes('*')) active[axis] = '*';
    else if ((axis !== 'region' && axis !== 'variant') || known.length > 0 || standard[axis] !== undefined)
      gap ??= `context_unpriced:${axis}`;
  }
  const cell = (set.cells ?? [])
    .filter(({ when }) =>
      AXES.every(
        (axis) => when[axis] === undefined || (active[axis] !== undefined && values(when[axis]).includes(active[axis])),
      ),
    )
    .sort((a, b) => rank(b.when) - rank(a.when))[0];
  const factors: Factor[] = [];
  let open: string | undefined;
  for (const axis of AXES) {
    const value = active[axis];
    if (value === undefined || cell?.when[axis] !== undefined) continue;
    const own = multipliers.filter(({ when }) => values(when[axis]).includes(value));
    if (own.length === 0) open ??= `context_unpriced:${axis}`;
    for (const { factor, classes = ['input', 'cache_read', 'cache_write', 'output'] } of own) {
      factors.push({ name: axis === 'batch' ? 'batch' : `${axis}:${value}`, factor: plain(factor), classes });
    }
  }
  let rates: LayerRates = cell === undefined ? set.rates : { ...servicesIn(set.rates), ...cell.rates };
  const tiers = (cell === undefined ? set.tiers : cell.tiers) ?? [];
  let unstated: string | undefined;
  const steps = tiers.filter(({ mode }) => mode === 'marginal');
  for (const { meter, op, threshold, rates: more } of tiers.filter((tier) => !steps.includes(tier))) {
    const stated = meter === 'input_tokens' ? promptOf(context) : undefined;
    const count = stated ?? counted.get(meter) ?? 0;
    if (op === '>' ? count <= threshold : count < threshold) continue;
    rates = { ...rates, ...more };
    unstated = Object.keys(more).length === 0 ? 'context_unpriced:prompt_tokens' : undefined;
  }
  return { rates, steps, factors, gap: gap ?? open ?? unstated };
}

function values(value: readonly string[] | true | undefined): readonly string[] {
  return value === undefined ? [] : value === true ? ['true'] : value.map((each) => each.toLowerCase());
}

/** More axes first, then those that stand first. */
function rank(when: { readonly [A in Axis]?: unknown }): number {
  return AXES.reduce((sum, axis, at) => sum + (when[axis] === undefined ? 0 : 1000 - 2 ** at), 0);
}

function servicesIn(rates: LayerRates): LayerRates {
  return Object.fromEntries(Object.entries(rates).filter(([meter]) => !isToken(meter)));
}

function linesOf(
  rates: LayerRates,
  steps: readonly LayerTier[],
  factors: readonly Factor[],
  tokens: Vector['tokens'],
  counted: ReadonlyMap<string, number>,
  usage: Vector['input']['usage'],
): VectorLine[] {
  const quantities = new Map<string, number>();
  for (const [kind, count] of tokens) {
    const meter = chargedAs(kind, rates);
    if (meter !== undefined) quantities.set(meter, (quantities.get(meter) ?? 0) + count);
  }
  const ladder = ladderOf(rates, steps, quantities, counted);
  return NAMES.flatMap((meter): VectorLine[] => {
    const rate = rates[meter];
    if (rate === undefined) return [];
    const isImplied = meter === 'requests' && (usage['requests'] === undefined || usage['requests'] === null);
    const own = isImplied ? 1 : isToken(meter) ? (quantities.get(meter) ?? 0) : (counted.get(meter) ?? 0);
    if (own === 0) return [];
    const mine = factors.filter(({ classes }) => classes.includes(classOf(meter)));
    const runs = ladder.get(meter);
    if (runs === undefined) return [charged(meter, billed(own, rate), own, rate, mine)];
    return runs.map(({ above, quantity, rate: stepRate }, index) => {
      const counts = index === 0 && billed(own, rate) !== own ? own : quantity;
      return charged(meter, quantity, counts, stepRate, mine, above === 0 ? {} : { above });
    });
  });
}

function billed(own: number, { increment = 0, minimum = 0 }: LayerRates[string]): number {
  const stepped = increment === 0 ? own : Math.ceil(own / increment) * increment;
  return Math.max(stepped, minimum);
}

function charged(
  meter: string,
  quantity: number,
  own: number,
  { price, per }: LayerRates[string],
  mine: readonly Factor[],
  more: Partial<VectorLine> = {},
): VectorLine {
  let [top, bottom] = fraction(String(quantity));
  for (const text of [price, ...mine.map(({ factor }) => factor)]) {
    const [numerator, denominator] = fraction(text);
    top *= numerator;
    bottom *= denominator;
  }
  return {
    meter,
    quantity,
    ...(quantity === own ? {} : { counted: own }),
    ...more,
    rate: price,
    per,
    ...(mine.length === 0 ? {} : { multipliers: mine.map(({ name, factor }) => ({ name, factor })) }),
    amount: decimal(halfEven(top * 10n ** 18n, bottom * BigInt(per))),
  };
}

interface Run {
  readonly above: number;
  readonly quantity: number;
  readonly rate: LayerRates[string];
}

/** By meter, the units that stand between two thresholds, filled from the first one on as one fills glasses in a row. */
function ladderOf(
  rates: LayerRates,
  steps: readonly LayerTier[],
  quantities: ReadonlyMap<string, number>,
  counted: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly Run[]> {
  const [first] = steps;
  if (first === undefined) return new Map();
  const group = (meter: string) => {
    const { cache, kind } = facets(meter);
    return cache === 'read' ? 0 : cache === 'write' ? 1 : kind === 'reasoning' ? 2 : 3;
  };
  const row = NAMES.filter((meter) => rates[meter] !== undefined)
    .filter((meter) => (isToken(meter) ? isToken(first.meter) && holds(first.meter, meter) : meter === first.meter))
    .sort((a, b) => group(a) - group(b));
  const glasses = [0, ...steps.map(({ threshold }) => threshold)].map((above, index) => ({
    above,
    room: (steps[index]?.threshold ?? Number.POSITIVE_INFINITY) - above,
    rates: Object.assign({}, rates, ...steps.slice(0, index).map((step) => step.rates)) as LayerRates,
  }));
  const runs = new Map<string, Run[]>();
  for (const meter of row) {
    const rate = rates[meter] as LayerRates[string];
    const own = (isToken(meter) ? quantities.get(meter) : counted.get(meter)) ?? 0;
    let left = own === 0 ? 0 : billed(own, rate);
    const mine: Run[] = [];
    for (const glass of glasses) {
      const quantity = Math.min(left, glass.room);
      if (quantity === 0) continue;
      mine.push({ above: glass.above, quantity, rate: glass.rates[meter] as LayerRates[string] });
      glass.room -= quantity;
      // Seconds have fractions, and doubles lose the last digits of a difference: count in 10⁻⁹.
      const isWhole = Number.isInteger(left) && Number.isInteger(quantity);
      left = isWhole ? left - quantity : (Math.round(left * 1e9) - Math.round(quantity * 1e9)) / 1e9;
    }
    runs.set(meter, mine);
  }
  return runs;
}

/** The most specific rate for a kind of token; of two that know as much, that of the cache, else the first. */
function chargedAs(kind: string, rates: LayerRates): string | undefined {
  const fitting = NAMES.filter((meter) => rates[meter] !== undefined && isToken(meter) && holds(meter, kind));
  const best = fitting.filter(
    (meter) => !fitting.some((other) => other !== meter && holds(meter, other) && size(other) > size(meter)),
  );
  return best.find((meter) => facets(meter)['cache'] !== undefined) ?? best[0];
}

/** The first reported meter that costs money and has no price of its own. */
function missing(rates: LayerRates, tokens: Vector['tokens'], usage: Vector['input']['usage']): string | undefined {
  const priced = Object.keys(rates);
  const first = NAMES.find((name) => {
    if (
      isToken(name) &&
      size(name) === 1 &&
      tokens.some(([kind]) => holds(name, kind) && chargedAs(kind, rates) === undefined)
    )
      return true;
    if (!(Number(usage[name] ?? 0) > 0)) return false;
    if (SERVICES.includes(name)) return !priced.includes(name);
    if (!isToken(name) || facets(name)['cache'] === undefined) return false;
    const { cache, ttl } = facets(name);
    const isLong = ttl === '1h' || ttl === '12h';
    return !priced.some(
      (other) =>
        isToken(other) &&
        holds(other, name) &&
        facets(other)['cache'] === cache &&
        (!isLong || facets(other)['ttl'] === ttl),
    );
  });
  return first === undefined ? undefined : `rate_missing:${first}`;
}

function facets(meter: string): Readonly<Record<string, string>> {
  const definition: MeterDefinition = METERS[meter as Meter];
  return definition.unit === 'token' ? { ...definition.facets } : {};
}

function size(meter: string): number {
  return Object.keys(facets(meter)).length;
}

function isToken(meter: string): boolean {
  return size(meter) > 0;
}

/** True when tokens of the kind are counted by the meter. */
function holds(meter: string, kind: string): boolean {
  return Object.entries(facets(meter)).every(([facet, value]) => facets(kind)[facet] === value);
}

function classOf(meter: string): string {
  const { cache, direction } = facets(meter);
  return direction === undefined ? 'other' : cache === undefined ? direction : `cache_${cache}`;
}

function isCount(name: string, value: unknown): boolean {
  if (typeof value !== 'number' || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return false;
  return Number.isInteger(value) || name === 'seconds';
}

function fraction(text: string): [bigint, bigint] {
  const [whole = '0', rest = ''] = text.split('.');
  return [BigInt(whole + rest), 10n ** BigInt(rest.length)];
}

/** Without zeros that say nothing: `1.10` → `1.1`. */
function plain(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function halfEven(top: bigint, bottom: bigint): bigint {
  const [floor, rest] = [top / bottom, top % bottom];
  if (rest * 2n === bottom) return floor + (floor % 2n);
  return rest * 2n > bottom ? floor + 1n : floor;
}

function scaled(text: string): string {
  const [top, bottom] = fraction(text);
  return String(halfEven(top * 10n ** 18n, bottom));
}

function decimal(amount: bigint): string {
  const digits = String(amount).padStart(19, '0');
  return plain(`${digits.slice(0, -18)}.${digits.slice(-18)}`);
}
