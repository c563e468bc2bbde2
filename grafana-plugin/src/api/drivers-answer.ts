import { aCount, aList, anAmount, anInstant, anObject, aRecord, aText, type Checked } from './check.ts';

/** What drives a change of spend, in the order it is told. Names are those of the API. */
export const DRIVERS = [
  'volume',
  'mix',
  'input_tokens',
  'output_tokens',
  'cache_share',
  'price',
  'new_groups',
  'gone_groups',
  'other',
] as const;
export type Driver = (typeof DRIVERS)[number];

const periodCost = anObject({ from: anInstant, to: anInstant, cost: anAmount, calls: aCount, unpriced_calls: aCount });

export const driversAnswer = anObject({
  before: periodCost,
  after: periodCost,
  change: anAmount,
  effects: aRecord(anAmount),
  groups: aList(
    anObject({
      group: aRecord(aText),
      before: anAmount,
      after: anAmount,
      change: anAmount,
      effects: aRecord(anAmount),
    }),
  ),
  complete_to: anInstant,
});
export type DriversAnswer = Checked<typeof driversAnswer>;
