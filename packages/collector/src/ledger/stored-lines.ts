import type { CostLine, SavingLine } from '@costspan/pricing';
import { attoFromInteger, formatMoney, type Meter } from '@costspan/usage';
import type { CallDetailLine } from '../query/calls-query.ts';

type Extras = [flat?: string[] | null, counted?: number | null, above?: number | null, fee?: string];

/** `[meter, quantity, rate, per, amount at 10⁻¹⁸, [name, factor, …]?, counted?, above?, fee?]`; `null` holds a place before another. */
type StoredLine = [meter: string, quantity: number, rate: string, per: number, amount: string, ...extras: Extras];

/**
 * Cost lines as the ledger keeps them: JSON without field names, a third of the size. Written by hand because it is
 * done once per call: meters, decimals and integers need no escaping.
 */
export function encodeLines(lines: readonly CostLine[]): string {
  let text = '[';
  for (const line of lines) {
    if (text.length > 1) text += ',';
    text += `["${line.meter}",${line.quantity},"${line.rate}",${line.per},"${line.amount}"${extras(line)}]`;
  }
  return `${text}]`;
}

function extras({ multipliers, counted, above, fee }: CostLine): string {
  if (multipliers === undefined && counted === undefined && above === undefined && fee === undefined) return '';
  const places = [multipliers?.flatMap(({ name, factor }) => [name, factor]), counted, above, fee];
  while (places.at(-1) === undefined) places.pop();
  return `,${JSON.stringify(places.map((place) => place ?? null)).slice(1, -1)}`;
}

/** The lines as they go over the wire. */
/** What it takes to know what the cache has saved. */
export function savingLines(text: string): SavingLine[] {
  return (JSON.parse(text) as StoredLine[]).map(([meter, quantity, , , amount, , , , fee]) => ({
    meter: meter as Meter,
    quantity,
    amount: attoFromInteger(BigInt(amount)),
    ...(fee === undefined ? {} : { fee }),
  }));
}

export function decodeLines(text: string): CallDetailLine[] {
  return storedCostLines(text).map(({ amount, ...line }) => ({ ...line, amount: formatMoney(amount) }));
}

/** The lines as they were priced. */
export function storedCostLines(text: string): CostLine[] {
  return (JSON.parse(text) as StoredLine[]).map(
    ([meter, quantity, rate, per, amount, flat = null, counted = null, above = null, fee]) => ({
      meter: meter as Meter,
      quantity,
      ...(counted === null ? {} : { counted }),
      ...(above === null ? {} : { above }),
      ...(fee === undefined ? {} : { fee }),
      rate,
      per,
      ...(flat === null ? {} : { multipliers: factorsOf(flat) }),
      amount: attoFromInteger(BigInt(amount)),
    }),
  );
}

function factorsOf(flat: readonly string[]): { readonly name: string; readonly factor: string }[] {
  const factors = [];
  for (let at = 0; at < flat.length; at += 2)
    factors.push({ name: flat[at] as string, factor: flat[at + 1] as string });
  return factors;
}
