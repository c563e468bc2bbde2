import { isPartOf, METER_NAMES, METERS, type Meter, type MeterDefinition, type TokenFacets } from '@costspan/usage';

/** Meters by number, in the order of `METERS`. Counts and rates of one call live in arrays that are addressed so. */
export const METER_COUNT = METER_NAMES.length;

const INDEX: ReadonlyMap<string, number> = new Map(METER_NAMES.map((name, index) => [name, index]));

/** The number of a meter, `undefined` for a name that is none. */
export function meterIndex(name: string): number | undefined {
  return INDEX.get(name);
}

export function indexOfMeter(meter: Meter): number {
  return INDEX.get(meter) as number;
}

export function meterAt(index: number): Meter {
  return METER_NAMES[index] as Meter;
}

/** The facets of a token meter, `undefined` for a meter that counts something else. */
export function facetsOf(meter: Meter): TokenFacets | undefined {
  const definition: MeterDefinition = METERS[meter];
  return definition.unit === 'token' ? definition.facets : undefined;
}

export const TOKEN_METERS: readonly Meter[] = METER_NAMES.filter((name) => METERS[name].unit === 'token');

export function isTokenMeter(name: string): boolean {
  const index = meterIndex(name);
  return index !== undefined && isTokenIndex(index);
}

const IS_TOKEN = Uint8Array.from(METER_NAMES, (name) => (METERS[name].unit === 'token' ? 1 : 0));
const IS_PART = Uint8Array.from(METER_NAMES, (name) => (facetCount(name) > 1 ? 1 : 0));

export function isTokenIndex(index: number): boolean {
  return IS_TOKEN[index] === 1;
}

/** True for a meter whose tokens are also counted by another one. */
export function isPartIndex(index: number): boolean {
  return IS_PART[index] === 1;
}

/** Token meters, those with most facets first: parts come before every whole that holds them. */
export const PARTS_FIRST: readonly Meter[] = [...TOKEN_METERS].sort((a, b) => facetCount(b) - facetCount(a));

/** The two meters that hold all tokens of their direction. */
export const ROOTS: readonly Meter[] = TOKEN_METERS.filter((meter) => facetCount(meter) === 1);

/** True when some tokens of `whole` are counted by `part`, and not the other way round. */
export function isStrictPart(part: Meter, whole: Meter): boolean {
  return part !== whole && isPartOf(part, whole);
}

/** The meter whose tokens are exactly those that both count; `undefined` when no token is both, or no meter counts them. */
export function meetOf(a: Meter, b: Meter): Meter | undefined {
  const left = facetsOf(a);
  const right = facetsOf(b);
  if (left === undefined || right === undefined) return undefined;
  const both = { ...left, ...right };
  if (FACETS.some((facet) => left[facet] !== undefined && left[facet] !== both[facet])) return undefined;
  return TOKEN_METERS.find((meter) => {
    const facets = facetsOf(meter);
    return FACETS.every((facet) => facets?.[facet] === both[facet]);
  });
}

const FACETS = ['direction', 'modality', 'cache', 'ttl', 'kind'] as const satisfies readonly (keyof TokenFacets)[];

/**
 * Every whole that has parts, parts before wholes, and for each facet the parts that exclude each other (5-minute and 1-hour
 * writes; text and audio): `whole, groups, (length, part, …), (length, part, …), whole, …`. One flat list of numbers, because
 * every call with cached tokens walks it.
 */
export const WHOLES: Int32Array = Int32Array.from(
  PARTS_FIRST.flatMap((whole) => {
    const groups = FACETS.map((facet) => partsByFacet(whole, facet)).filter((parts) => parts.length > 0);
    if (groups.length === 0) return [];
    return [
      indexOfMeter(whole),
      groups.length,
      ...groups.flatMap((parts) => [parts.length, ...parts.map(indexOfMeter)]),
    ];
  }),
);

/** The parts of a whole that add this one facet to it. */
function partsByFacet(whole: Meter, facet: keyof TokenFacets): Meter[] {
  return TOKEN_METERS.filter(
    (part) =>
      isStrictPart(part, whole) &&
      facetCount(part) === facetCount(whole) + 1 &&
      facetsOf(part)?.[facet] !== undefined &&
      facetsOf(whole)?.[facet] === undefined,
  );
}

function facetCount(meter: Meter): number {
  return Object.keys(facetsOf(meter) ?? {}).length;
}
