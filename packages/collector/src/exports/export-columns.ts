import { FIRST_CLASS_TAGS, type FirstClassTag } from '@costspan/usage';
import { METER_COLUMNS } from '../ledger/meter-columns.ts';

/**
 * What a value is, and how it is written: a decimal without trailing zeros in text and as DECIMAL(38, 18) elsewhere, an instant in UTC
 * with microseconds, JSON as text.
 */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'instant' | 'boolean' | 'json';

export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Every row has a value. */
  readonly isRequired?: true;
  readonly about: string;
}

const meter = (name: (typeof METER_COLUMNS)[number]): ExportColumn => ({
  name,
  kind: 'integer',
  about: `Count of ${name}; empty when it was not reported`,
});
const tag = (name: FirstClassTag): ExportColumn => ({ name, kind: 'text', about: `The tag ${name}` });

/** The columns of an export of calls, one row for each call, in their order. Warehouse schemas and BI files are made from this list. */
export const EXPORT_COLUMNS: readonly ExportColumn[] = [
  {
    name: 'call_id',
    kind: 'text',
    isRequired: true,
    about: 'Trace id and span id in hexadecimal; unique, the key to merge by',
  },
  { name: 'started_at', kind: 'instant', isRequired: true, about: 'When the call started' },
  { name: 'received_at', kind: 'instant', isRequired: true, about: 'When the ledger took it in' },
  { name: 'duration_us', kind: 'integer', isRequired: true, about: 'Duration in microseconds' },
  { name: 'time_to_first_token_us', kind: 'integer', about: 'Microseconds to the first token of a stream' },
  { name: 'provider', kind: 'text', isRequired: true, about: 'Who charges for the call' },
  { name: 'model', kind: 'text', about: 'The model that is priced' },
  { name: 'request_model', kind: 'text', about: 'The model that was asked for' },
  { name: 'operation', kind: 'text', isRequired: true, about: 'chat, embeddings, …' },
  { name: 'outcome', kind: 'text', isRequired: true, about: 'ok, error, …' },
  { name: 'error_type', kind: 'text', about: 'What went wrong' },
  { name: 'service', kind: 'text', about: 'The service that made the call' },
  ...FIRST_CLASS_TAGS.map(tag),
  { name: 'other_tags', kind: 'json', isRequired: true, about: 'All other tags, an object of texts' },
  { name: 'usage_status', kind: 'text', isRequired: true, about: 'reported, estimated or unavailable' },
  ...METER_COLUMNS.map(meter),
  { name: 'seconds', kind: 'decimal', about: 'Billed seconds of audio' },
  { name: 'other_meters', kind: 'json', isRequired: true, about: 'All other meters, an object of counts' },
  { name: 'cost', kind: 'decimal', about: 'What the call costs, in `currency`; empty when unknown, never 0 for it' },
  { name: 'currency', kind: 'text', isRequired: true, about: 'ISO 4217 code of the amounts' },
  { name: 'cost_status', kind: 'text', isRequired: true, about: 'How far the cost can be trusted' },
  { name: 'cost_reason', kind: 'text', about: 'Why the cost is unknown or partial' },
  { name: 'input_cost', kind: 'decimal', about: 'Of the cost: input tokens' },
  { name: 'cache_read_cost', kind: 'decimal', about: 'Of the cost: tokens read from a cache' },
  { name: 'cache_write_cost', kind: 'decimal', about: 'Of the cost: tokens written to a cache' },
  { name: 'output_cost', kind: 'decimal', about: 'Of the cost: output tokens' },
  { name: 'list_cost', kind: 'decimal', about: 'By list prices, where there are contracts' },
  { name: 'contracted_cost', kind: 'decimal', about: 'By contracts, where there are any' },
  { name: 'resale_cost', kind: 'decimal', about: 'What one’s own customer pays, where there are resale prices' },
  { name: 'computed_cost', kind: 'decimal', about: 'What the cards say beside a cost that the provider reported' },
  { name: 'native_currency', kind: 'text', about: 'Currency of the card, where it is another' },
  { name: 'native_cost', kind: 'decimal', about: 'The cost in `native_currency`' },
  { name: 'fx_rate', kind: 'text', about: 'What one unit of `native_currency` was worth' },
  { name: 'card', kind: 'json', about: 'The price card: provider, model, layer, version' },
  { name: 'context', kind: 'json', about: 'What decides between prices: service tier, region, batch, …' },
  { name: 'dialect', kind: 'text', about: 'The way of writing a call that it came in' },
  { name: 'conversation_id', kind: 'text', about: 'Conversation' },
  { name: 'prompt_id', kind: 'text', about: 'Prompt' },
  { name: 'prompt_version', kind: 'text', about: 'Version of the prompt' },
  { name: 'agent', kind: 'text', about: 'The agent that the call itself names' },
  { name: 'workflow', kind: 'text', about: 'The workflow that the call itself names' },
  { name: 'response_id', kind: 'text', about: 'The provider’s id of the answer' },
  { name: 'late', kind: 'boolean', isRequired: true, about: 'It arrived long after it had ended' },
];
