import {
  CONTEXT_AXES,
  type ContextAxis,
  type ContextCell,
  type ContextMultiplier,
  type ContextValues,
} from './card.ts';
import { COST_CLASSES, type CostClass } from './cost-by-class.ts';
import { type Findings, isOneOf, show } from './findings.ts';
import { checkLadder, readDecimal, readRates, readTiers } from './parse-rates.ts';

const VALUE_LENGTH_MAX = 64;

/** Reads `cells`: prices by way of being served. Two for the same way are a mistake. */
export function readCells(value: unknown, at: string, findings: Findings): ContextCell[] {
  if (value === undefined) return [];
  const cells: ContextCell[] = [];
  for (const [index, entry] of (findings.array(value, at) ?? []).entries()) {
    const place = `${at}[${index}]`;
    const cell = readCell(entry, place, findings);
    if (cell === undefined) continue;
    const clash = cells.findIndex((other) => areAlike(other.when, cell.when));
    if (clash !== -1) {
      findings.add(
        place,
        'CELL_OVERLAP',
        `${at}[${clash}] is for the same axes and values; two prices would hold at once`,
      );
    }
    cells.push(cell);
  }
  return cells;
}

/** Reads `multipliers`. Two for one value of one axis may stand beside each other only for different classes. */
export function readMultipliers(value: unknown, at: string, findings: Findings): ContextMultiplier[] {
  if (value === undefined) return [];
  const multipliers: ContextMultiplier[] = [];
  for (const [index, entry] of (findings.array(value, at) ?? []).entries()) {
    const place = `${at}[${index}]`;
    const multiplier = readMultiplier(entry, place, findings);
    if (multiplier === undefined) continue;
    const clash = multipliers.findIndex(
      (other) => areAlike(other.when, multiplier.when) && shareClass(other.classes, multiplier.classes),
    );
    if (clash !== -1) {
      findings.add(place, 'MULTIPLIER_OVERLAP', `${at}[${clash}] multiplies the same already; state one factor`);
    }
    multipliers.push(multiplier);
  }
  return multipliers;
}

/** Reads `standard`: the values that the plain rates are for. */
export function readStandard(value: unknown, at: string, findings: Findings): ContextValues | undefined {
  return value === undefined ? undefined : readValues(value, at, findings);
}

/** Classes of what is charged, in their order; `undefined` when not stated. */
export function readClasses(value: unknown, at: string, findings: Findings): readonly CostClass[] | undefined {
  if (value === undefined) return undefined;
  const classes = findings.array(value, at);
  if (classes === undefined) return undefined;
  const wrong = classes.find((name) => !isOneOf(name, COST_CLASSES));
  if (wrong !== undefined || classes.length === 0) {
    return findings.add(at, 'CLASS_UNKNOWN', `${show(wrong)} is not one of ${COST_CLASSES.join(' ')}`);
  }
  return COST_CLASSES.filter((name) => classes.includes(name));
}

function readCell(value: unknown, at: string, findings: Findings): ContextCell | undefined {
  const raw = findings.object(value, at, ['when', 'rates', 'tiers']);
  if (raw === undefined) return undefined;
  const when = readValues(raw['when'], `${at}.when`, findings);
  const rates = readRates(raw['rates'], `${at}.rates`, findings);
  const tiers = readTiers(raw['tiers'], `${at}.tiers`, findings);
  if (when === undefined || rates === undefined) return undefined;
  checkLadder(rates, tiers, raw['tiers'], `${at}.tiers`, findings);
  return { when, rates, ...(tiers.length === 0 ? {} : { tiers }) };
}

function readMultiplier(value: unknown, at: string, findings: Findings): ContextMultiplier | undefined {
  const raw = findings.object(value, at, ['when', 'factor', 'classes']);
  if (raw === undefined) return undefined;
  const when = readValues(raw['when'], `${at}.when`, findings);
  const factor = readDecimal(raw['factor'], `${at}.factor`, findings);
  const classes = readClasses(raw['classes'], `${at}.classes`, findings);
  if (when !== undefined && Object.keys(when).length !== 1) {
    return findings.add(
      `${at}.when`,
      'AXES_COUNT',
      'a multiplier is for one axis; use one for each, or a cell for a price of several',
    );
  }
  if (when === undefined || factor === undefined) return undefined;
  return { when, factor, ...(classes === undefined ? {} : { classes }) };
}

/** `{ "service_tier": ["flex"], "batch": true }`, in the order of the axes; values in lower case and order. */
function readValues(value: unknown, at: string, findings: Findings): ContextValues | undefined {
  const before = findings.list.length;
  const raw = findings.object(value, at, CONTEXT_AXES);
  if (raw === undefined) return undefined;
  const values: { [A in ContextAxis]?: readonly string[] } = {};
  for (const axis of CONTEXT_AXES) {
    if (raw[axis] === undefined) continue;
    const list = readAxis(axis, raw[axis], `${at}.${axis}`, findings);
    if (list !== undefined) values[axis] = list;
  }
  if (Object.keys(raw).length === 0)
    return findings.add(at, 'AXES_EMPTY', 'name at least one axis, or leave the price plain');
  return findings.list.length > before ? undefined : values;
}

function readAxis(axis: ContextAxis, value: unknown, at: string, findings: Findings): readonly string[] | undefined {
  if (axis === 'batch') {
    const isTrue = value === true || (Array.isArray(value) && value.length === 1 && value[0] === 'true');
    return isTrue
      ? ['true']
      : findings.add(at, 'BATCH_VALUE', `${show(value)} is not true; the plain price is the other`);
  }
  const list = findings.array(value, at);
  if (list === undefined) return undefined;
  if (list.length === 0) return findings.add(at, 'AXIS_EMPTY', 'a list without values fits no call; name some');
  const texts = list
    .map((entry, index) => findings.text(entry, `${at}[${index}]`, VALUE_LENGTH_MAX)?.toLowerCase())
    .filter((text) => text !== undefined);
  if (axis === 'service_tier' && texts.includes('batch')) {
    return findings.add(at, 'BATCH_VALUE', 'a batch is the axis "batch": true, however the provider reports it');
  }
  return [...new Set(texts)].sort();
}

/** True when some call fits both and both name the same axes. */
function areAlike(a: ContextValues, b: ContextValues): boolean {
  return CONTEXT_AXES.every((axis) => {
    const left = a[axis];
    const right = b[axis];
    if (left === undefined || right === undefined) return left === right;
    return left.some((value) => right.includes(value));
  });
}

function shareClass(
  a: readonly CostClass[] = COST_CLASSES.slice(0, -1),
  b: readonly CostClass[] = COST_CLASSES.slice(0, -1),
): boolean {
  return a.some((name) => b.includes(name));
}
