import type { CostLine } from '../cost.ts';
import { facetsOf } from '../meter-table.ts';

/** Lines that are one charge: what is paid and what the list says of the same units. */
export interface PairedLines {
  /** More than one only where the list and the contract split the same units differently. */
  readonly paid: readonly CostLine[];
  readonly list: readonly CostLine[];
}

/**
 * Every line of what is paid with the line of the list for the same units. Where the two do not fall on the same units (a contract
 * has a rate for cached tokens and the list has none), all lines of that prompt, answer or meter are one charge: the sums of both
 * stay whole, and no unit stands in two rows.
 */
export function pairLines(paid: readonly CostLine[], list: readonly CostLine[]): PairedLines[] {
  const families = new Map<string, { paid: CostLine[]; list: CostLine[] }>();
  for (const [side, lines] of [['paid', paid] as const, ['list', list] as const]) {
    for (const line of lines) {
      const name = familyOf(line);
      const family = families.get(name) ?? { paid: [], list: [] };
      family[side].push(line);
      families.set(name, family);
    }
  }
  return [...families.values()].flatMap((family) => {
    const places = family.paid.map((line) => family.list.findIndex((other) => isSame(line, other)));
    const isAligned = family.paid.length === family.list.length && !places.includes(-1);
    if (!isAligned) return [family];
    return family.paid.map((line, index) => ({
      paid: [line],
      list: [family.list[places[index] as number] as CostLine],
    }));
  });
}

/** The lines that share their units: those of a prompt, those of an answer, those of a meter. A fee stands by itself. */
function familyOf({ meter, fee }: CostLine): string {
  return fee === undefined ? (facetsOf(meter)?.direction ?? meter) : `fee ${fee} ${meter}`;
}

function isSame(a: CostLine, b: CostLine): boolean {
  return a.meter === b.meter && a.above === b.above && a.quantity === b.quantity && a.counted === b.counted;
}
