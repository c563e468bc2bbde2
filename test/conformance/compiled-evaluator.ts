import type { Vector, VectorAnswer, VectorLine } from './vector.ts';

// What a call costs, worked out from a compiled catalogue alone, by the steps of `schema/compiled.md`. Nothing of ours is imported, and
// nothing of JavaScript is used that another language would not have: it is what a program elsewhere is written from.

interface Rate {
  readonly price: string;
  readonly per: number;
  readonly increment?: number;
  readonly minimum?: number;
}
type Rates = { readonly [meter: string]: Rate };
interface Ladder {
  readonly plan: number;
  readonly rates: Rates;
  readonly tiers: readonly {
    readonly meter: string;
    readonly threshold: number;
    readonly inclusive: boolean;
    readonly plan: number;
    readonly rates: Rates;
    readonly unstated?: true;
  }[];
  readonly row: readonly string[];
  readonly steps: readonly { readonly threshold: number; readonly rates: Rates }[];
}
type When = { readonly [axis: string]: readonly string[] };
interface RateSet extends Ladder {
  readonly cells: readonly (Ladder & { readonly when: When })[];
}
interface Factor {
  readonly name: string;
  readonly factor: string;
  readonly classes?: readonly string[];
}
interface Period extends RateSet {
  readonly fromUs: number | null;
  readonly toUs: number | null;
  readonly card: NonNullable<VectorAnswer['card']>;
  readonly zone: string;
  readonly windows: readonly (RateSet & { readonly spans: readonly (readonly [number, number])[] })[];
  readonly multipliers: readonly {
    readonly when: When;
    readonly factor: string;
    readonly classes?: readonly string[];
  }[];
  readonly standard: When;
  readonly ratios: readonly Factor[];
  readonly fees: readonly (Rate & {
    readonly name: string;
    readonly meter: string;
    readonly multipliers: readonly Factor[];
  })[];
}
interface Names {
  readonly [name: string]: { readonly card: number; readonly match: 'exact' | 'alias' | 'normalised' };
}
interface Provider {
  readonly names: Names;
  readonly deployments: { readonly [name: string]: { readonly model: string; readonly region?: string } };
  readonly termDeployments: readonly string[];
  readonly variants: {
    readonly [card: string]: readonly {
      readonly deployment: string | null;
      readonly group: number | null;
      readonly card: number;
    }[];
  };
  readonly lists: { readonly [group: string]: Names };
}
interface Book {
  readonly version: string;
  readonly providers: { readonly [id: string]: Provider };
  readonly customers: { readonly [customer: string]: number };
}
export interface Compiled {
  readonly format: string;
  readonly meters: readonly { readonly name: string; readonly class: string; readonly token: boolean }[];
  readonly wholes: readonly { readonly whole: string; readonly groups: readonly (readonly string[])[] }[];
  readonly roots: readonly string[];
  readonly spellings: { readonly [spelling: string]: string };
  readonly nameRules: readonly { readonly name: string; readonly pattern?: string; readonly provider?: string }[];
  readonly axes: readonly string[];
  readonly standardValues: { readonly [axis: string]: readonly string[] };
  readonly plans: readonly {
    readonly nodes: readonly {
      readonly meter: string;
      readonly owner: string | null;
      readonly below: readonly string[];
    }[];
    readonly gaps: readonly string[];
  }[];
  readonly cards: readonly {
    readonly card: NonNullable<VectorAnswer['card']>;
    readonly currency: string;
    readonly periods: readonly Period[];
  }[];
  readonly books: { readonly contracted: Book; readonly list?: Book; readonly resale?: Book };
  readonly fx?: readonly {
    readonly currency: string;
    readonly fromUs: number | null;
    readonly toUs: number | null;
    readonly rate: string;
    readonly from?: string;
    readonly source: { readonly url: string };
  }[];
}

type Counts = Map<string, number>;
type Input = Vector['input'];

export function priceCompiled(data: Compiled, input: Input): VectorAnswer {
  const { contracted: book, list, resale } = data.books;
  const computed = priceBy(data, book, input);
  const reported = input.reported_cost;
  const isReported = reported?.currency === 'USD' && /^\d+(\.\d+)?$/.test(reported.amount);
  let answer: VectorAnswer = isReported ? reportedAnswer(reported.amount) : computed;
  if (list !== undefined || resale !== undefined) {
    const own = ({ total, currency }: VectorAnswer) => {
      if (total === null || currency === answer.currency) return total;
      const rate = answer.currency === 'USD' ? rateAt(data, currency, input.at) : undefined;
      return rate === undefined ? null : exchange(total, rate.rate);
    };
    answer = {
      ...answer,
      list: own(list === undefined ? computed : priceBy(data, list, input)),
      contracted: own(computed),
      resale: resale === undefined ? null : own(priceBy(data, resale, input)),
    };
  }
  if (data.fx === undefined || answer.currency === 'USD' || answer.total === null) return answer;
  return { ...answer, converted: convertedOf(data, answer, input.at) };
}

function reportedAnswer(amount: string): VectorAnswer {
  const text = decimalOf(divide(...product(amount, `1${'0'.repeat(18)}`), 1n));
  const line = { meter: 'requests', quantity: 1, rate: amount, per: 1, amount: text };
  return { status: 'provider_reported', total: text, currency: 'USD', lines: [line], card: null, match: null };
}

function priceBy(data: Compiled, book: Book, input: Input): VectorAnswer {
  const none = (status: string, reason: string, found: Partial<VectorAnswer> = {}): VectorAnswer => ({
    status,
    total: null,
    currency: 'USD',
    lines: [],
    card: null,
    match: null,
    ...found,
    reason,
  });
  if (input.usage_status === 'unavailable') return none('usage_missing', 'usage_unavailable');
  const resolved = resolve(data, book, input);
  if (typeof resolved === 'string') return none('unpriced', resolved);
  const card = data.cards[resolved.card] as Compiled['cards'][number];
  const atUs = Date.parse(input.at) * 1000;
  const period = card.periods.find(
    ({ fromUs, toUs }) => (fromUs === null || atUs >= fromUs) && (toUs === null || atUs < toUs),
  );
  const found = { card: period?.card ?? card.card, currency: card.currency, match: resolved.match };
  if (period === undefined) {
    return none('unpriced', card.periods.length === 0 ? 'price_unknown' : 'no_price_at_instant', found);
  }
  const counts: Counts = new Map();
  for (const { name } of data.meters) {
    const value = input.usage[name];
    if (value === undefined || value === null) continue;
    if (!isCount(value, name)) return none('usage_missing', `count_invalid:${name}`, found);
    counts.set(name, value);
  }
  const reportedMeters = new Set(counts.keys());
  const doubt = settle(data, counts, reportedMeters);
  const minute = minuteOfWeek(atUs, period.zone);
  const set: RateSet = period.windows.find(({ spans }) => spans.some(([a, b]) => minute >= a && minute < b)) ?? period;
  const { ladder, factors, gap } = served(data, set, period, resolved.context);
  const prompt = promptOf(resolved.context);
  const sizeOf = (meter: string) => (meter === 'input_tokens' ? prompt : undefined) ?? counts.get(meter) ?? 0;
  const tier = [...ladder.tiers]
    .reverse()
    .find(({ meter, threshold, inclusive }) => (inclusive ? sizeOf(meter) >= threshold : sizeOf(meter) > threshold));
  const isOfPrompt = prompt !== undefined && ladder.row.includes('input_tokens');
  const isClimbed = !isOfPrompt || prompt > (ladder.steps[0]?.threshold ?? 0);
  const isUnpriced = tier?.unstated === true || (isOfPrompt && isClimbed && prompt < (counts.get('input_tokens') ?? 0));
  const { plan: planNumber, rates } = tier ?? ladder;
  const plan = data.plans[planNumber] as Compiled['plans'][number];
  const all = [...factors, ...period.ratios];
  const split = splitTokens(plan, counts, rates, all, data);
  const lines = linesOf(
    data,
    isClimbed ? ladder : { ...ladder, row: [], steps: [] },
    rates,
    split.quantities,
    counts,
    reportedMeters,
    all,
  );
  const unrated = data.meters.find(({ name }) => (counts.get(name) ?? 0) > 0);
  if (lines.length === 0 && unrated !== undefined) return none('unpriced', `rate_missing:${unrated.name}`, found);
  for (const fee of period.fees) {
    const own = wholeOf(fee.meter, counts, reportedMeters);
    if (own > 0) lines.push(charge(fee.meter, billed(own, fee), own, fee, fee.multipliers, { fee: fee.name }));
  }
  const isZero = (rate: Rate, own: readonly Factor[]) =>
    [rate.price, ...own.map(({ factor }) => factor)].some(isNought);
  const isFree =
    Object.keys(rates).length > 0 &&
    [...Object.entries(rates), ...ladder.steps.flatMap((step) => Object.entries(step.rates))].every(([meter, rate]) =>
      isZero(rate, ownFactors(data, all, meter)),
    ) &&
    period.fees.every((fee) => isZero(fee, fee.multipliers));
  const missing = data.meters.find(
    ({ name }) => split.unpriced.has(name) || (plan.gaps.includes(name) && (input.usage[name] as number) > 0),
  );
  const reason =
    doubt ??
    (split.overlap === undefined ? undefined : `overlap_unreported:${split.overlap}`) ??
    (missing === undefined ? undefined : `rate_missing:${missing.name}`) ??
    (isFree ? undefined : (gap ?? (isUnpriced ? 'context_unpriced:prompt_tokens' : undefined)));
  const total = lines.reduce((sum, { amount }) => sum + attoOf(amount), 0n);
  return {
    status: doubt?.startsWith('parts_exceed_whole')
      ? 'inconsistent'
      : reason !== undefined
        ? 'partial'
        : isFree
          ? 'free'
          : input.usage_status === 'estimated'
            ? 'estimated'
            : 'priced',
    total: decimalOf(total),
    ...{ currency: found.currency, lines, card: found.card, match: found.match },
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The size of one prompt, where the counts are of several. */
function promptOf(context: Resolved['context']): number | undefined {
  const size = context['prompt_tokens'];
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

interface Resolved {
  readonly card: number;
  readonly match: 'exact' | 'alias' | 'normalised';
  readonly context: NonNullable<Input['context']>;
}

function resolve(data: Compiled, book: Book, input: Input): Resolved | string {
  const lower = input.provider.toLowerCase();
  const id = book.providers[input.provider] ? input.provider : (data.spellings[lower] ?? lower);
  const provider = book.providers[id];
  if (provider === undefined) return 'provider_unknown';
  const called = (input.deployment ?? input.model)?.toLowerCase();
  const target = called === undefined ? undefined : provider.deployments[called];
  const isNamed = target !== undefined && (!input.model || input.model.toLowerCase() === called || id === 'aws');
  const model = isNamed ? target.model : input.model;
  if (!model) return 'model_missing';
  const group = input.customer === undefined ? undefined : book.customers[input.customer];
  const list = group === undefined ? undefined : provider.lists[group];
  const general = lookUp(data, id, provider.names, model);
  const found =
    own(list, model) ??
    (general === undefined
      ? list && lookUp(data, id, list, model)
      : { ...general, card: replacement(data, list, general.card) ?? general.card });
  if (found === undefined) return 'model_unknown';
  const deployment = called !== undefined && provider.termDeployments.includes(called) ? called : null;
  const variant = provider.variants[found.card]?.find(
    (one) => one.deployment === deployment && one.group === (group ?? null),
  );
  const region = target?.region;
  const context = input.context ?? {};
  return {
    card: variant?.card ?? found.card,
    match: isNamed && found.match === 'exact' ? 'alias' : found.match,
    context: region === undefined || context['region'] !== undefined ? context : { ...context, region },
  };
}

function own(names: Names | undefined, name: string): Names[string] | undefined {
  return names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}

/** The card of a customer's list for the model that everybody's card is for. */
function replacement(data: Compiled, list: Names | undefined, card: number): number | undefined {
  const found = own(list, data.cards[card]?.card.model ?? '');
  return found?.match === 'exact' ? found.card : undefined;
}

function lookUp(data: Compiled, id: string, names: Names, model: string): Names[string] | undefined {
  const exact = own(names, model);
  if (exact !== undefined) return exact;
  if (model.length > 256) return undefined;
  const byLower = new Map<string, Names[string] | null>();
  for (const [name, entry] of Object.entries(names)) {
    const key = name.toLowerCase();
    const other = byLower.get(key);
    byLower.set(key, other === undefined || other?.card === entry.card ? entry : null);
  }
  const normalised = (name: string) => {
    const entry = byLower.get(name);
    return entry ? { card: entry.card, match: 'normalised' as const } : undefined;
  };
  let current = model.toLowerCase();
  const found = normalised(current);
  if (found !== undefined) return found;
  const fineTunes = fineTuneNames(data, current);
  if (fineTunes !== undefined) return fineTunes.map(normalised).find((one) => one !== undefined);
  for (const rule of data.nameRules) {
    if (rule.provider !== undefined && rule.provider !== id) continue;
    const slash = current.indexOf('/');
    const prefix = current.slice(0, Math.max(slash, 0));
    const next =
      rule.pattern !== undefined
        ? current.replace(new RegExp(rule.pattern), '')
        : slash > 0 && (prefix === id || data.spellings[prefix] === id)
          ? current.slice(slash + 1)
          : current;
    if (next === current) continue;
    current = next;
    const hit = normalised(current);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function fineTuneNames(data: Compiled, model: string): readonly string[] | undefined {
  const azure = model.indexOf('.ft-');
  if (azure > 0) return [model.slice(0, azure + 4)];
  if (!model.startsWith('ft:')) return undefined;
  const end = model.indexOf(':', 3);
  const base = end === -1 ? model : model.slice(0, end);
  const without = (name: string) =>
    base.replace(new RegExp(data.nameRules.find((rule) => rule.name === name)?.pattern ?? '$^'), '');
  return [base, without('date'), without('month-day')];
}

/** Makes counts consistent in place, and says what was doubtful. */
function settle(data: Compiled, counts: Counts, reported: ReadonlySet<string>): string | undefined {
  let contradicted: string | undefined;
  let missing: string | undefined;
  const isBefore = (a: string, b: string | undefined) =>
    b === undefined ||
    data.meters.findIndex(({ name }) => name === a) < data.meters.findIndex(({ name }) => name === b);
  for (const { whole, groups } of data.wholes) {
    const count = counts.get(whole) ?? 0;
    const sums = groups.map((parts) => parts.reduce((sum, part) => sum + (counts.get(part) ?? 0), 0));
    const excess = sums.filter((sum) => sum > count).reduce((sum, one) => sum + one, 0);
    if (excess === 0) continue;
    if (reported.has(whole)) {
      counts.set(whole, count + excess);
      if (isBefore(whole, contradicted)) contradicted = whole;
    } else {
      counts.set(whole, Math.max(...sums));
      if (data.roots.includes(whole) && isBefore(whole, missing)) missing = whole;
    }
  }
  if (contradicted !== undefined) return `parts_exceed_whole:${contradicted}`;
  return missing === undefined ? undefined : `count_missing:${missing}`;
}

function served(
  data: Compiled,
  set: RateSet,
  period: Period,
  context: NonNullable<Input['context']>,
): { readonly ladder: Ladder; readonly factors: readonly Factor[]; readonly gap: string | undefined } {
  const whens = [...set.cells, ...period.multipliers].map(({ when }) => when);
  const active = new Map<string, string>();
  let gap: string | undefined;
  const tier = typeof context['service_tier'] === 'string' ? context['service_tier'].toLowerCase() : undefined;
  for (const axis of data.axes) {
    const isBatch = context['batch'] === true || tier === 'batch';
    const stated = axis === 'batch' ? (isBatch ? 'true' : undefined) : context[axis];
    if (stated === undefined) continue;
    const value = String(stated).toLowerCase();
    const known = whens.flatMap((when) => when[axis] ?? []);
    const standard = [...(data.standardValues[axis] ?? []), ...(period.standard[axis] ?? [])];
    const isFact =
      (axis === 'region' || axis === 'variant') && known.length === 0 && period.standard[axis] === undefined;
    if (known.includes(value)) active.set(axis, value);
    else if (standard.includes(value)) continue;
    else if (known.includes('*')) active.set(axis, '*');
    else if (!isFact) gap ??= `context_unpriced:${axis}`;
  }
  const weight = (when: When) =>
    data.axes.reduce((sum, axis, at) => sum + (when[axis] === undefined ? 0 : 100 - at), 0);
  const cell = set.cells
    .filter(({ when }) => Object.entries(when).every(([axis, values]) => values.includes(active.get(axis) ?? '')))
    .sort((a, b) => weight(b.when) - weight(a.when))[0];
  const factors: Factor[] = [];
  for (const axis of data.axes) {
    const value = active.get(axis);
    if (value === undefined || cell?.when[axis] !== undefined) continue;
    const fitting = period.multipliers.filter(({ when }) => when[axis]?.includes(value));
    if (fitting.length === 0) gap ??= `context_unpriced:${axis}`;
    for (const { factor, classes = ['input', 'cache_read', 'cache_write', 'output'] } of fitting) {
      factors.push({ name: axis === 'batch' ? axis : `${axis}:${value}`, factor, classes });
    }
  }
  return { ladder: cell ?? set, factors, gap };
}

function splitTokens(
  plan: Compiled['plans'][number],
  counts: Counts,
  rates: Rates,
  factors: readonly Factor[],
  data: Compiled,
): { readonly quantities: Counts; readonly unpriced: ReadonlySet<string>; readonly overlap: string | undefined } {
  const leaves: Counts = new Map();
  const quantities: Counts = new Map();
  const add = (meter: string, count: number) => quantities.set(meter, (quantities.get(meter) ?? 0) + count);
  const unit = (meter: string | null): [bigint, bigint] => {
    const rate = rates[meter ?? ''] as Rate;
    return product(rate.price, ...ownFactors(data, factors, meter ?? '').map(({ factor }) => factor), `/${rate.per}`);
  };
  const unpriced = new Set<string>();
  let overlap: string | undefined;
  for (const { meter, owner, below } of plan.nodes) {
    let leaf = (counts.get(meter) ?? 0) - below.reduce((sum, part) => sum + (leaves.get(part) ?? 0), 0);
    if (leaf < 0) {
      overlap = meter;
      let left = -leaf;
      const parts = plan.nodes
        .filter((node) => below.includes(node.meter))
        .sort((a, b) => {
          const [[x, y], [u, v]] = [unit(a.owner), unit(b.owner)];
          return x * v < u * y ? -1 : x * v > u * y ? 1 : 0;
        });
      for (const part of parts) {
        const taken = Math.min(left, leaves.get(part.meter) ?? 0);
        leaves.set(part.meter, (leaves.get(part.meter) ?? 0) - taken);
        add(part.owner ?? '', -taken);
        left -= taken;
      }
      leaf = 0;
    }
    leaves.set(meter, leaf);
    if (owner !== null) add(owner, leaf);
  }
  for (const { meter, owner } of plan.nodes) if (owner === null && (leaves.get(meter) ?? 0) > 0) unpriced.add(meter);
  return { quantities, unpriced, overlap };
}

function linesOf(
  data: Compiled,
  ladder: Ladder,
  rates: Rates,
  quantities: Counts,
  counts: Counts,
  reported: ReadonlySet<string>,
  factors: readonly Factor[],
): VectorLine[] {
  const quantityOf = (meter: string) => {
    const isToken = data.meters.some(({ name, token }) => name === meter && token);
    return isToken ? (quantities.get(meter) ?? 0) : wholeOf(meter, counts, reported);
  };
  const starts = new Map<string, number>();
  let position = 0;
  for (const meter of ladder.row) {
    starts.set(meter, position);
    const counted = quantityOf(meter);
    position += counted > 0 ? billed(counted, rates[meter] as Rate) : 0;
  }
  return data.meters.flatMap(({ name: meter }): VectorLine[] => {
    const rate = rates[meter];
    const counted = rate === undefined ? 0 : quantityOf(meter);
    if (rate === undefined || counted <= 0) return [];
    const quantity = billed(counted, rate);
    const mine = ownFactors(data, factors, meter);
    const start = starts.get(meter);
    if (start === undefined) return [charge(meter, quantity, counted, rate, mine)];
    const lines: VectorLine[] = [];
    const bounds = [0, ...ladder.steps.map(({ threshold }) => threshold)];
    for (const [step, above] of bounds.entries()) {
      const from = Math.max(start, above);
      const to = Math.min(start + quantity, bounds[step + 1] ?? Number.POSITIVE_INFINITY);
      if (to <= from) continue;
      // Fractions occur for seconds alone; they are decimals, so they are subtracted as such.
      const piece = Number((to - from).toFixed(9));
      const shown = lines.length === 0 && quantity !== counted ? counted : piece;
      const own = step === 0 ? rate : (ladder.steps[step - 1]?.rates[meter] as Rate);
      lines.push(charge(meter, piece, shown, own, mine, above === 0 ? {} : { above }));
    }
    return lines;
  });
}

function wholeOf(meter: string, counts: Counts, reported: ReadonlySet<string>): number {
  return meter === 'requests' && !reported.has(meter) ? 1 : (counts.get(meter) ?? 0);
}

function billed(counted: number, { increment = 0, minimum = 0 }: Rate): number {
  const rest = increment === 0 ? 0 : counted % increment;
  return Math.max(rest === 0 ? counted : counted - rest + increment, minimum);
}

function charge(
  meter: string,
  quantity: number,
  counted: number,
  { price, per }: Rate,
  factors: readonly Factor[],
  more: Partial<VectorLine> = {},
): VectorLine {
  const atto = divide(
    ...product(String(quantity), price, ...factors.map(({ factor }) => factor), `1${'0'.repeat(18)}`),
    BigInt(per),
  );
  return {
    meter,
    quantity,
    ...(quantity === counted ? {} : { counted }),
    ...more,
    rate: price,
    per,
    ...(factors.length === 0 ? {} : { multipliers: factors.map(({ name, factor }) => ({ name, factor })) }),
    amount: decimalOf(atto),
  };
}

function ownFactors(data: Compiled, factors: readonly Factor[], meter: string): readonly Factor[] {
  const name = data.meters.find((one) => one.name === meter)?.class ?? '';
  return factors.filter(({ classes }) => classes?.includes(name));
}

function minuteOfWeek(atUs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(Math.floor(atUs / 1000));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday'));
  return day * 1440 + Number(part('hour')) * 60 + Number(part('minute'));
}

function convertedOf(data: Compiled, answer: VectorAnswer, at: string): NonNullable<VectorAnswer['converted']> {
  const rate = rateAt(data, answer.currency, at);
  if (rate === undefined) return { currency: 'USD', total: null, reason: `fx_missing:${answer.currency}` };
  const amount = (text: string | null | undefined) => (text ? exchange(text, rate.rate) : null);
  return {
    currency: 'USD',
    total: amount(answer.total),
    ...('list' in answer
      ? { list: amount(answer.list), contracted: amount(answer.contracted), resale: amount(answer.resale) }
      : {}),
    rate: rate.rate,
    ...(rate.from === undefined ? {} : { from: rate.from }),
    source: rate.source,
  };
}

function rateAt({ fx = [] }: Compiled, currency: string, at: string): NonNullable<Compiled['fx']>[number] | undefined {
  const atUs = Date.parse(at) * 1000;
  return fx.find(
    (rate) =>
      rate.currency === currency &&
      (rate.fromUs === null || rate.fromUs <= atUs) &&
      (rate.toUs === null || atUs < rate.toUs),
  );
}

function exchange(amount: string, rate: string): string {
  return decimalOf(divide(...product(amount, rate, `1${'0'.repeat(18)}`), 1n));
}

/** Decimal texts multiplied exactly; one that begins with `/` divides. */
function product(...texts: readonly string[]): [top: bigint, bottom: bigint] {
  let [top, bottom] = [1n, 1n];
  for (const text of texts) {
    const [whole = '0', fraction = ''] = text.replace('/', '').split('.');
    const [a, b] = [BigInt(whole + fraction), 10n ** BigInt(fraction.length)];
    top *= text.startsWith('/') ? b : a;
    bottom *= text.startsWith('/') ? a : b;
  }
  return [top, bottom];
}

/** Rounded half to even. */
function divide(top: bigint, bottom: bigint, by: bigint): bigint {
  const divisor = bottom * by;
  const [floor, twice] = [top / divisor, (top % divisor) * 2n];
  return twice > divisor || (twice === divisor && floor % 2n === 1n) ? floor + 1n : floor;
}

function attoOf(text: string): bigint {
  return divide(...product(text, `1${'0'.repeat(18)}`), 1n);
}

function decimalOf(atto: bigint): string {
  const digits = String(atto).padStart(19, '0');
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -18) : `${digits.slice(0, -18)}.${fraction}`;
}

function isNought(text: string): boolean {
  return /^[0.]+$/.test(text);
}

function isCount(value: unknown, meter: string): value is number {
  if (typeof value !== 'number' || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return false;
  return Number.isInteger(value) || meter === 'seconds';
}
