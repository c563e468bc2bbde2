import { type Card, MODEL_LENGTH_MAX } from './card.ts';
import { PROVIDER_SPELLINGS } from './catalogue-provider.ts';
import { type CompiledCard, compileCard } from './compile-card.ts';
import type { ModelMatch } from './cost.ts';
import { fineTuneNames, NAME_RULES, type NameContext } from './normalise-model.ts';
import { RecentMap } from './recent-map.ts';

/** Names remembered for each provider that no card carries as they stand: twice this many at most. */
const NORMALISED_NAMES_MAX = 1024;

/** Compiled cards and the way to them. Made by `compileBook`; immutable but for what it remembers. */
export class PriceBook {
  /** Hash of all prices in it. The same version prices the same call the same, for ever. */
  readonly version: string;
  private readonly providers: ReadonlyMap<string, ProviderCards>;

  constructor(version: string, providers: ReadonlyMap<string, ProviderCards>) {
    this.version = version;
    this.providers = withSpellings(providers);
  }

  /** The cards of a provider, by any spelling; `undefined` when the book has none. */
  provider(name: string): ProviderCards | undefined {
    return this.providers.get(name) ?? (typeof name === 'string' ? this.providers.get(name.toLowerCase()) : undefined);
  }
}

/** A model name found: the card, and how the name led to it. */
export interface Resolution {
  readonly match: ModelMatch;
  readonly card: CompiledCard;
}

/** The cards of one provider, by every name they have. */
export class ProviderCards {
  /** Names that were not found as they stand, and what they came to. `null` when nothing. */
  readonly remembered = new RecentMap<Resolution | null>(NORMALISED_NAMES_MAX);
  readonly id: string;
  private readonly context: NameContext;
  private readonly names = new Map<string, CardEntry>();
  private lower: ReadonlyMap<string, CardEntry> | undefined;

  constructor(id: string) {
    this.id = id;
    this.context = {
      provider: id,
      isSameProvider: (name) => name === id || PROVIDER_SPELLINGS.get(name) === id,
    };
  }

  /** Later cards win: over the same model they take over its aliases, over an alias of another card only that alias. */
  add(card: Card, layer: string, version: string): void {
    const replaced = this.names.get(card.model);
    const target = { card, layer, version, compiled: undefined };
    if (replaced?.match === 'exact') {
      for (const [name, entry] of this.names) {
        if (entry.target === replaced.target)
          this.names.set(name, { match: entry.match, target, resolution: undefined });
      }
    }
    this.names.set(card.model, { match: 'exact', target, resolution: undefined });
    for (const alias of card.aliases ?? []) this.names.set(alias, { match: 'alias', target, resolution: undefined });
    this.lower = undefined;
  }

  /** Exact, then alias, then the recorded normalisations. Never by similarity, never the nearest relative. */
  resolve(model: string): Resolution | undefined {
    const entry = this.names.get(model);
    if (entry !== undefined) return resolutionOf(entry);
    const remembered = this.remembered.get(model);
    if (remembered !== undefined) return remembered ?? undefined;
    if (typeof model !== 'string' || model.length > MODEL_LENGTH_MAX) return undefined;
    const found = this.normalise(model.toLowerCase());
    const resolution = found === undefined ? null : { ...resolutionOf(found), match: 'normalised' as const };
    this.remembered.set(model, resolution);
    return resolution ?? undefined;
  }

  private normalise(model: string): CardEntry | undefined {
    const names = this.lowerNames();
    const found = names.get(model);
    if (found !== undefined) return found;
    const fineTunes = fineTuneNames(model);
    if (fineTunes !== undefined) {
      for (const name of fineTunes) if (names.has(name)) return names.get(name);
      return undefined;
    }
    let current = model;
    for (const rule of NAME_RULES) {
      const next = rule.apply(current, this.context);
      if (next === current) continue;
      current = next;
      const entry = names.get(current);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** Lower-case names. Two cards that differ in case alone answer only to their exact names. */
  private lowerNames(): ReadonlyMap<string, CardEntry> {
    if (this.lower !== undefined) return this.lower;
    const lower = new Map<string, CardEntry>();
    const ambiguous = new Set<string>();
    for (const [name, entry] of this.names) {
      const key = name.toLowerCase();
      const other = lower.get(key);
      if (other !== undefined && other.target !== entry.target) ambiguous.add(key);
      lower.set(key, entry);
    }
    for (const key of ambiguous) lower.delete(key);
    this.lower = lower;
    return lower;
  }
}

interface CardEntry {
  readonly match: 'exact' | 'alias';
  readonly target: CardTarget;
  resolution: Resolution | undefined;
}

/** A card of a layer. Compiled when the first call asks for it: most of a catalogue is never asked for. */
interface CardTarget {
  readonly card: Card;
  readonly layer: string;
  readonly version: string;
  compiled: CompiledCard | undefined;
}

function resolutionOf(entry: CardEntry): Resolution {
  if (entry.resolution === undefined) {
    const { target } = entry;
    target.compiled ??= compileCard(target.card, target.layer, target.version);
    entry.resolution = { match: entry.match, card: target.compiled };
  }
  return entry.resolution;
}

function withSpellings(providers: ReadonlyMap<string, ProviderCards>): ReadonlyMap<string, ProviderCards> {
  const all = new Map<string, ProviderCards>();
  for (const [spelling, id] of PROVIDER_SPELLINGS) {
    const cards = providers.get(id);
    if (cards !== undefined) all.set(spelling, cards);
  }
  for (const [id, cards] of providers) all.set(id, cards);
  return all;
}
