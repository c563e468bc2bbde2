import type { CostLine } from '@costspan/pricing';
import { attoFromInteger, formatMoney } from '@costspan/usage';
import type { CallDetailLine } from '../query/calls-query.ts';

/** `[meter, quantity, rate, per, amount at 10⁻¹⁸, ([name, factor, …] or null)?, counted?]` */
type StoredLine = [string, number, string, number, string, (string[] | null)?, number?];

/**
 * Cost lines as the ledger keeps them: JSON without field names, a third of the size. Written by hand because it is
 * done once per call: meters, decimals and integers need no escaping.
 */
export function encodeLines(lines: readonly CostLine[]): string {
  let text = '[';
  for (const line of lines) {
    if (text.length > 1) text += ',';
    text += `["${line.meter}",${line.quantity},"${line.rate}",${line.per},"${line.amount}"`;
    const { multipliers, counted } = line;
    if (multipliers !== undefined || counted !== undefined) {
      text += `,${JSON.stringify(multipliers?.flatMap(({ name, factor }) => [name, factor]) ?? null)}`;
    }
    if (counted !== undefined) text += `,${counted}`;
    text += ']';
  }
  return `${text}]`;
}

export function decodeLines(text: string): CallDetailLine[] {
  return (JSON.parse(text) as StoredLine[]).map(([meter, quantity, rate, per, amount, flat, counted]) => {
    const line = {
      meter,
      quantity,
      ...(counted === undefined ? {} : { counted }),
      rate,
      per,
      amount: formatMoney(attoFromInteger(BigInt(amount))),
    };
    if (flat === undefined || flat === null) return line;
    const multipliers = [];
    for (let i = 0; i < flat.length; i += 2) {
      multipliers.push({ name: flat[i] as string, factor: flat[i + 1] as string });
    }
    return { ...line, multipliers };
  });
}
