import type { Finding } from './errors.ts';
import {
  isPartOf,
  METER_NAMES,
  METERS,
  type Meter,
  type MeterDefinition,
  type Meters,
  type TokenFacets,
} from './meters.ts';

/** Parts that are larger than their whole: the provider contradicts itself, or the wrong convention was named. */
export function contradictions(meters: Meters): Finding[] {
  const findings: Finding[] = [];
  const reported = Object.keys(meters) as Meter[];
  for (const { whole, groups } of WHOLES) {
    const limit = meters[whole];
    if (limit === undefined) continue;
    const before = findings.length;
    for (const part of reported) {
      const count = meters[part] as number;
      if (part !== whole && count > limit && isPartOf(part, whole)) {
        findings.push({
          at: `usage.${part}`,
          code: 'PART_EXCEEDS_WHOLE',
          message: `${count} ${part} cannot be part of ${limit} ${whole}`,
        });
      }
    }
    if (findings.length > before) continue;
    for (const parts of groups) {
      let sum = 0;
      for (const part of parts) sum += meters[part] ?? 0;
      if (sum > limit) {
        findings.push({
          at: `usage.${whole}`,
          code: 'PARTS_EXCEED_WHOLE',
          message: `${parts.filter((part) => meters[part] !== undefined).join(' + ')} = ${sum} cannot be parts of ${limit} ${whole}`,
        });
      }
    }
  }
  return findings;
}

const FACETS = ['modality', 'cache', 'ttl', 'kind'] as const satisfies readonly (keyof TokenFacets)[];

/** Every meter that has parts, with the sets of parts that share no token: text and audio, reads and writes, lifetimes. */
const WHOLES = METER_NAMES.map((whole) => ({ whole, groups: groupsOf(whole) })).filter(
  ({ groups }) => groups.length > 0,
);

function groupsOf(whole: Meter): Meter[][] {
  const facets = facetsOf(whole);
  if (facets === undefined) return [];
  return FACETS.filter((facet) => facets[facet] === undefined)
    .map((facet) => METER_NAMES.filter((part) => addsOnly(facetsOf(part), facets, facet)))
    .filter((parts) => parts.length > 0);
}

function addsOnly(part: TokenFacets | undefined, whole: TokenFacets, facet: keyof TokenFacets): boolean {
  if (part?.[facet] === undefined || part.direction !== whole.direction) return false;
  return FACETS.every((other) => other === facet || part[other] === whole[other]);
}

function facetsOf(meter: Meter): TokenFacets | undefined {
  const definition: MeterDefinition = METERS[meter];
  return definition.unit === 'token' ? definition.facets : undefined;
}
