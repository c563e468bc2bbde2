import { InvalidArgumentError } from 'commander';

/** A condition of the API: `filters[]` of a usage question. */
export interface Condition {
  readonly field: string;
  readonly op: string;
  readonly value?: string | readonly string[];
}

/** Longer signs first, since `!=` ends like `=`. */
const SIGNS: readonly (readonly [sign: string, op: string])[] = [
  ['!^=', 'not_starts_with'],
  ['!$=', 'not_ends_with'],
  ['^=', 'starts_with'],
  ['$=', 'ends_with'],
  ['!=', 'neq'],
  ['!~', 'not_contains'],
  ['>=', 'gte'],
  ['<=', 'lte'],
  ['=', 'eq'],
  ['~', 'contains'],
  ['>', 'gt'],
  ['<', 'lt'],
];

const FIELD = /^[A-Za-z_][\w.-]*/;
const LIST = /^\s+(not\s+)?in\s+(.+)$/i;

/** For the help of every command that takes conditions. */
export const CONDITIONS_HELP = `A condition: team=growth · model!=gpt-4o · model^=claude (begins) · model$=mini (ends) · service~api (holds) · !~ !^= !$=
             "model in gpt-4o,o3" · "team not in a,b" · customer_id (has one) · '!customer_id' (has none)
             "cost>0.5" · "duration_ms>=2000" · "input_tokens<100": cost, durations and meters compare with a number`;

/**
 * Reads one condition as a person writes it.
 * @throws InvalidArgumentError when it is none.
 */
export function parseCondition(text: string): Condition {
  const isNegated = text.startsWith('!');
  const rest = isNegated ? text.slice(1) : text;
  const field = FIELD.exec(rest)?.[0];
  if (field === undefined) throw notACondition(text);
  const after = rest.slice(field.length);
  if (after.trim() === '') return { field, op: isNegated ? 'not_exists' : 'exists' };
  if (isNegated) throw notACondition(text);
  const list = LIST.exec(after);
  if (list !== null) {
    const values = (list[2] as string).split(',').map((value) => value.trim());
    return { field, op: list[1] === undefined ? 'in' : 'not_in', value: values };
  }
  const tail = after.trimStart();
  const found = SIGNS.find(([sign]) => tail.startsWith(sign));
  if (found === undefined) throw notACondition(text);
  const [sign, op] = found;
  const value = tail.slice(sign.length);
  return { field, op, value: /^[<>]/.test(sign) ? value.trim() : value };
}

function notACondition(text: string): InvalidArgumentError {
  return new InvalidArgumentError(`"${text}" is not a condition such as team=growth, model^=claude or "cost>0.5"`);
}
