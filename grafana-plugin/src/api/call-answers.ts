import {
  aChoice,
  aList,
  aNumber,
  anAmount,
  anInstant,
  anObject,
  anything,
  aRecord,
  aText,
  type Checked,
  orAbsent,
  orNull,
} from './check.ts';

const callParts = {
  id: aText,
  started_at: anInstant,
  duration_ms: aNumber,
  provider: aText,
  model: orNull(aText),
  request_model: orNull(aText),
  operation: aText,
  outcome: aText,
  service: orNull(aText),
  tags: aRecord(aText),
  usage: aRecord(aNumber),
  usage_status: aChoice('reported', 'estimated', 'unavailable'),
  cost: orNull(anAmount),
  currency: aText,
  cost_status: aText,
};

export const callsPage = anObject({ calls: aList(anObject(callParts)), next_cursor: orNull(aText) });
export type CallsPage = Checked<typeof callsPage>;
export type CallSummary = CallsPage['calls'][number];

const costLine = anObject({
  meter: aText,
  quantity: aNumber,
  counted: orAbsent(aNumber, null),
  above: orAbsent(aNumber, null),
  fee: orAbsent(aText, null),
  rate: anAmount,
  per: aNumber,
  multipliers: orAbsent(aList(anObject({ name: aText, factor: aText })), []),
  amount: anAmount,
});
export type CostLine = Checked<typeof costLine>;

export const callDetail = anObject({
  ...callParts,
  lines: aList(costLine),
  card: orNull(anObject({ provider: aText, model: aText, layer: aText, version: aText })),
  match: orNull(aText),
  reason: orNull(aText),
  computed_cost: orAbsent(orNull(anAmount), null),
  list_cost: orAbsent(orNull(anAmount), null),
  contracted_cost: orAbsent(orNull(anAmount), null),
  resale_cost: orAbsent(orNull(anAmount), null),
  native: orAbsent(
    orNull(anObject({ currency: aText, cost: anAmount, fx_rate: orNull(anAmount), fx_from: orNull(anInstant) })),
    null,
  ),
  trace_id: aText,
  span_id: aText,
  parent_span_id: orNull(aText),
  response_id: orNull(aText),
  error_type: orNull(aText),
  time_to_first_chunk_ms: orNull(aNumber),
  context: aRecord(anything),
  received_at: anInstant,
});
export type CallDetail = Checked<typeof callDetail>;
