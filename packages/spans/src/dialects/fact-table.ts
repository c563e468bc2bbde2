import { type Meter, parseCount } from '@costspan/usage';
import type { AttributeValue, Span } from '../span.ts';
import type { UsageFinding } from './dialect.ts';

/** Facts that are texts. A number counts as its text: prompt versions are sometimes numbers. */
const TEXTS = [
  'provider',
  'operation',
  'requestModel',
  'responseModel',
  'responseId',
  'conversationId',
  'promptId',
  'promptVersion',
  'agentName',
  'workflowName',
  'name',
  'serviceTier',
  'speed',
  'region',
  'outcome',
  'usageStatus',
  'serverAddress',
] as const;

/** Facts that are numbers ≥ 0. */
const NUMBERS = ['maxTokens', 'temperature', 'firstChunkSeconds', 'firstChunkMs'] as const;

type TextFact = (typeof TEXTS)[number];
type NumberFact = (typeof NUMBERS)[number];

/** Which attributes carry a fact, the one that wins first. */
export type FactNames = { readonly [F in TextFact | NumberFact]?: readonly string[] };
export type MeterNames = { readonly [M in Meter]?: readonly string[] };

/** What a table found on a span. */
export interface Facts extends Texts, Numbers {
  readonly meters: { [M in Meter]?: number };
  readonly findings: UsageFinding[];
}

type Texts = { readonly [F in TextFact]: string | undefined };
type Numbers = { readonly [F in NumberFact]: number | undefined };

interface Place {
  readonly slot: number;
  readonly rank: number;
}

/**
 * Reads facts and counts from attributes by their names, in one pass: one map lookup for each attribute of the span,
 * however many names a dialect has had. A count that is there but is no count is left out with a finding, never zero.
 */
export class FactTable {
  /** Every name it reads. */
  readonly attributes: readonly string[];
  readonly #places: ReadonlyMap<string, Place>;
  readonly #meters: readonly Meter[];
  /** What one read finds, by slot; kept between reads, which never overlap, so that a span makes no garbage but its facts. */
  readonly #found: (AttributeValue | undefined)[];
  readonly #names: string[];
  readonly #ranks: number[];

  constructor(facts: FactNames, meters: MeterNames) {
    this.#meters = Object.keys(meters) as Meter[];
    const slots = [
      ...[...TEXTS, ...NUMBERS].map((fact) => facts[fact] ?? []),
      ...this.#meters.map((meter) => meters[meter] ?? []),
    ];
    this.#places = new Map(
      slots.flatMap((names, slot) => names.map((name, rank): [string, Place] => [name, { slot, rank }])),
    );
    this.attributes = [...this.#places.keys()];
    this.#found = slots.map(() => undefined);
    this.#names = slots.map(() => '');
    this.#ranks = slots.map(() => 0);
  }

  /** `onOther` is told of every attribute that is not in the table. */
  read(span: Span, onOther?: (name: string, value: AttributeValue) => void): Facts {
    const found = this.#found.fill(undefined);
    const names = this.#names;
    const ranks = this.#ranks;
    span.attributes.forEach((value, name) => {
      const place = this.#places.get(name);
      if (place === undefined) {
        onOther?.(name, value);
        return;
      }
      const { slot, rank } = place;
      if (found[slot] !== undefined && (ranks[slot] as number) <= rank) return;
      if (slot < TEXTS_END ? !isText(value) : slot < NUMBERS_END && !isAmount(value)) return;
      found[slot] = value;
      names[slot] = name;
      ranks[slot] = rank;
    });
    const facts = factsFrom(found);
    for (let slot = NUMBERS_END; slot < found.length; slot += 1) {
      const value = found[slot];
      if (value !== undefined)
        takeCount(facts, this.#meters[slot - NUMBERS_END] as Meter, names[slot] as string, value);
    }
    return facts;
  }
}

const TEXTS_END = TEXTS.length;
const NUMBERS_END = TEXTS_END + NUMBERS.length;

/** In the order of {@link TEXTS} and {@link NUMBERS}. Written out: stores under computed names cost 20 ns each. */
function factsFrom(found: readonly (AttributeValue | undefined)[]): Facts {
  return {
    provider: textFrom(found[0]),
    operation: textFrom(found[1]),
    requestModel: textFrom(found[2]),
    responseModel: textFrom(found[3]),
    responseId: textFrom(found[4]),
    conversationId: textFrom(found[5]),
    promptId: textFrom(found[6]),
    promptVersion: textFrom(found[7]),
    agentName: textFrom(found[8]),
    workflowName: textFrom(found[9]),
    name: textFrom(found[10]),
    serviceTier: textFrom(found[11]),
    speed: textFrom(found[12]),
    region: textFrom(found[13]),
    outcome: textFrom(found[14]),
    usageStatus: textFrom(found[15]),
    serverAddress: textFrom(found[16]),
    maxTokens: numberFrom(found[17]),
    temperature: numberFrom(found[18]),
    firstChunkSeconds: numberFrom(found[19]),
    firstChunkMs: numberFrom(found[20]),
    meters: {},
    findings: [],
  };
}

function textFrom(value: AttributeValue | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : String(value);
}

function numberFrom(value: AttributeValue | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Adds a count to `facts`, or the finding that it is none. */
export function takeCount(
  facts: Pick<Facts, 'meters' | 'findings'>,
  meter: Meter,
  at: string,
  value: AttributeValue,
): void {
  const count = value === null || typeof value === 'boolean' ? undefined : parseCount(value, meter);
  if (count === undefined) facts.findings.push(invalidCount(at, meter, value));
  else facts.meters[meter] = count;
}

/** True when nothing was counted. */
export function isEmpty(meters: Facts['meters']): boolean {
  for (const _ in meters) return false;
  return true;
}

function isText(value: AttributeValue): boolean {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' && Number.isFinite(value);
}

function isAmount(value: AttributeValue): boolean {
  if (typeof value === 'number') return value >= 0 && value < AMOUNT_MAX;
  return typeof value === 'string' && value !== '' && Number(value) >= 0 && Number(value) < AMOUNT_MAX;
}

const AMOUNT_MAX = 1e12;
const SHOWN_LENGTH_MAX = 40;

function invalidCount(at: string, meter: Meter, value: AttributeValue): UsageFinding {
  return {
    at,
    meter,
    code: 'COUNT_INVALID',
    message: `${describe(value)} is not a whole number ≥ 0; the count was left out and the call has no cost`,
  };
}

function describe(value: AttributeValue): string {
  if (value === null) return 'a list, map or empty value';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX)) : String(value);
}
