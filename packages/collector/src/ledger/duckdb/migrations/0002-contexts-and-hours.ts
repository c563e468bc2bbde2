import type { Migration } from './index.ts';

/**
 * What a call carries beyond its counts, the spans around the calls, and the sums of calls by UTC hour.
 *
 * - `superseded` holds the calls whose provider call another span stands for, whole, so that they can come back. With the
 *   context spans proper they are what `contexts` shows.
 * - `hours` holds sums as deltas: `hours` and the calls with `received_at > rolled_to` together are everything, once.
 *   A sum is NULL when no call of it knew the value. Several rows for the same hour and dimensions are normal, and a
 *   meter without a column of its own stands in a row of its own, with 0 calls. Rows of one roll-up have one `rolled_at`.
 *   `list_cost` and `unpriced_calls` are what the metrics of those names mean; `margin` is resale less cost, of the
 *   calls that have both. Sums of 16 bytes are not compressed: a million of them add up in 30 ms instead of 2,450.
 *   Counts are BIGINT, since a compressed HUGEINT takes a hundred times as long to add up: 0.5 µs. Calls whose counts could
 *   overflow it stand in rows of their own (see roll-up.ts).
 * - `roll_up` is one row. Calls that started before `calls_from` are deleted and live on in `hours`; so for the others.
 */
export const contextsAndHours: Migration = {
  version: 2,
  name: 'contexts-and-hours',
  sql: [
    'ALTER TABLE calls ADD COLUMN dialect VARCHAR',
    'ALTER TABLE calls ADD COLUMN billable_stated BOOLEAN',
    'ALTER TABLE calls ADD COLUMN conversation_id VARCHAR',
    'ALTER TABLE calls ADD COLUMN prompt_id VARCHAR',
    'ALTER TABLE calls ADD COLUMN prompt_version VARCHAR',
    'ALTER TABLE calls ADD COLUMN agent_name VARCHAR',
    'ALTER TABLE calls ADD COLUMN workflow_name VARCHAR',
    'ALTER TABLE calls ADD COLUMN max_tokens BIGINT',
    'ALTER TABLE calls ADD COLUMN temperature DOUBLE',
    'ALTER TABLE calls ADD COLUMN late BOOLEAN',
    `UPDATE calls SET billable_stated = false,
      late = epoch_us(received_at) - epoch_us(started_at) - duration_us > 3600000000`,
    'CREATE TABLE superseded AS SELECT * FROM calls LIMIT 0',
    'ALTER TABLE superseded ADD COLUMN superseded_at TIMESTAMP',
    `CREATE TABLE context_spans (
      trace_id UUID NOT NULL,
      span_id UBIGINT NOT NULL,
      parent_span_id UBIGINT,
      started_at TIMESTAMP NOT NULL,
      received_at TIMESTAMP NOT NULL,
      duration_us BIGINT NOT NULL,
      kind VARCHAR NOT NULL,
      operation VARCHAR NOT NULL,
      name VARCHAR,
      dialect VARCHAR NOT NULL,
      outcome VARCHAR NOT NULL,
      service VARCHAR,
      conversation_id VARCHAR
    )`,
    `CREATE VIEW contexts AS
      SELECT * FROM context_spans
      UNION ALL
      SELECT trace_id, span_id, parent_span_id, started_at, received_at, duration_us, 'framework' AS kind, operation,
        model AS name, coalesce(dialect, '') AS dialect, outcome, service, conversation_id
      FROM superseded`,
    `CREATE TABLE hours (
      hour TIMESTAMP NOT NULL,
      provider VARCHAR NOT NULL,
      operation VARCHAR NOT NULL,
      model VARCHAR,
      service VARCHAR,
      outcome VARCHAR NOT NULL,
      usage_status VARCHAR NOT NULL,
      cost_status VARCHAR NOT NULL,
      currency VARCHAR NOT NULL,
      dialect VARCHAR,
      customer_id VARCHAR,
      business_unit VARCHAR,
      feature_name VARCHAR,
      environment VARCHAR,
      team VARCHAR,
      virtual_account VARCHAR,
      calls BIGINT NOT NULL,
      unpriced_calls BIGINT NOT NULL,
      late_calls BIGINT NOT NULL,
      duration_us BIGINT,
      time_to_first_chunk_us BIGINT,
      time_to_first_chunk_calls BIGINT NOT NULL,
      input_tokens BIGINT,
      output_tokens BIGINT,
      cache_read_tokens BIGINT,
      cache_write_tokens BIGINT,
      cache_write_5m_tokens BIGINT,
      cache_write_1h_tokens BIGINT,
      output_reasoning_tokens BIGINT,
      input_audio_tokens BIGINT,
      output_audio_tokens BIGINT,
      web_searches BIGINT,
      seconds DECIMAL(38, 18) USING COMPRESSION uncompressed,
      other_meters MAP(VARCHAR, HUGEINT) NOT NULL,
      cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      input_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      cache_read_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      cache_write_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      output_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      computed_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      list_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      contracted_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      resale_cost DECIMAL(38, 18) USING COMPRESSION uncompressed,
      margin DECIMAL(38, 18) USING COMPRESSION uncompressed,
      rolled_at TIMESTAMP NOT NULL
    )`,
    `CREATE TABLE roll_up (
      rolled_to TIMESTAMP NOT NULL,
      calls_from TIMESTAMP NOT NULL,
      contexts_from TIMESTAMP NOT NULL,
      hours_from TIMESTAMP NOT NULL
    )`,
    "INSERT INTO roll_up VALUES ('1970-01-01', '1970-01-01', '1970-01-01', '1970-01-01')",
  ],
};
