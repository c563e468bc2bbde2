# Written by `costspan export schema`; the columns are described in docs/export.md.
view: costspan_calls {
  sql_table_name: costspan_calls ;;

  dimension: call_id {
    primary_key: yes
    type: string
    description: "Trace id and span id in hexadecimal; unique, the key to merge by"
    sql: ${TABLE}."call_id" ;;
  }

  dimension_group: started {
    type: time
    timeframes: [raw, time, hour, date, week, month, quarter, year]
    datatype: timestamp
    description: "When the call started, in UTC"
    sql: ${TABLE}."started_at" ;;
  }

  dimension_group: received {
    type: time
    timeframes: [raw, time, hour, date, week, month, quarter, year]
    datatype: timestamp
    description: "When the ledger took it in, in UTC"
    sql: ${TABLE}."received_at" ;;
  }

  dimension: duration_us {
    type: number
    description: "Duration in microseconds"
    sql: ${TABLE}."duration_us" ;;
  }

  dimension: time_to_first_token_us {
    type: number
    description: "Microseconds to the first token of a stream"
    sql: ${TABLE}."time_to_first_token_us" ;;
  }

  dimension: provider {
    type: string
    description: "Who charges for the call"
    sql: ${TABLE}."provider" ;;
  }

  dimension: model {
    type: string
    description: "The model that is priced"
    sql: ${TABLE}."model" ;;
  }

  dimension: request_model {
    type: string
    description: "The model that was asked for"
    sql: ${TABLE}."request_model" ;;
  }

  dimension: operation {
    type: string
    description: "chat, embeddings, …"
    sql: ${TABLE}."operation" ;;
  }

  dimension: outcome {
    type: string
    description: "ok, error, …"
    sql: ${TABLE}."outcome" ;;
  }

  dimension: error_type {
    type: string
    description: "What went wrong"
    sql: ${TABLE}."error_type" ;;
  }

  dimension: service {
    type: string
    description: "The service that made the call"
    sql: ${TABLE}."service" ;;
  }

  dimension: customer_id {
    type: string
    description: "The tag customer_id"
    sql: ${TABLE}."customer_id" ;;
  }

  dimension: business_unit {
    type: string
    description: "The tag business_unit"
    sql: ${TABLE}."business_unit" ;;
  }

  dimension: feature_name {
    type: string
    description: "The tag feature_name"
    sql: ${TABLE}."feature_name" ;;
  }

  dimension: environment {
    type: string
    description: "The tag environment"
    sql: ${TABLE}."environment" ;;
  }

  dimension: user {
    type: string
    description: "The tag user"
    sql: ${TABLE}."user" ;;
  }

  dimension: team {
    type: string
    description: "The tag team"
    sql: ${TABLE}."team" ;;
  }

  dimension: virtual_account {
    type: string
    description: "The tag virtual_account"
    sql: ${TABLE}."virtual_account" ;;
  }

  dimension: other_tags {
    type: string
    description: "All other tags, an object of texts"
    sql: ${TABLE}."other_tags" ;;
  }

  dimension: usage_status {
    type: string
    description: "reported, estimated or unavailable"
    sql: ${TABLE}."usage_status" ;;
  }

  dimension: input_tokens {
    type: number
    description: "Count of input_tokens; empty when it was not reported"
    sql: ${TABLE}."input_tokens" ;;
  }

  dimension: output_tokens {
    type: number
    description: "Count of output_tokens; empty when it was not reported"
    sql: ${TABLE}."output_tokens" ;;
  }

  dimension: cache_read_tokens {
    type: number
    description: "Count of cache_read_tokens; empty when it was not reported"
    sql: ${TABLE}."cache_read_tokens" ;;
  }

  dimension: cache_write_tokens {
    type: number
    description: "Count of cache_write_tokens; empty when it was not reported"
    sql: ${TABLE}."cache_write_tokens" ;;
  }

  dimension: cache_write_5m_tokens {
    type: number
    description: "Count of cache_write_5m_tokens; empty when it was not reported"
    sql: ${TABLE}."cache_write_5m_tokens" ;;
  }

  dimension: cache_write_1h_tokens {
    type: number
    description: "Count of cache_write_1h_tokens; empty when it was not reported"
    sql: ${TABLE}."cache_write_1h_tokens" ;;
  }

  dimension: output_reasoning_tokens {
    type: number
    description: "Count of output_reasoning_tokens; empty when it was not reported"
    sql: ${TABLE}."output_reasoning_tokens" ;;
  }

  dimension: input_audio_tokens {
    type: number
    description: "Count of input_audio_tokens; empty when it was not reported"
    sql: ${TABLE}."input_audio_tokens" ;;
  }

  dimension: output_audio_tokens {
    type: number
    description: "Count of output_audio_tokens; empty when it was not reported"
    sql: ${TABLE}."output_audio_tokens" ;;
  }

  dimension: web_searches {
    type: number
    description: "Count of web_searches; empty when it was not reported"
    sql: ${TABLE}."web_searches" ;;
  }

  dimension: seconds {
    type: number
    value_format: "0.000000"
    description: "Billed seconds of audio"
    sql: ${TABLE}."seconds" ;;
  }

  dimension: other_meters {
    type: string
    description: "All other meters, an object of counts"
    sql: ${TABLE}."other_meters" ;;
  }

  dimension: cost {
    type: number
    value_format: "0.000000"
    description: "What the call costs, in `currency`; empty when unknown, never 0 for it"
    sql: ${TABLE}."cost" ;;
  }

  dimension: currency {
    type: string
    description: "ISO 4217 code of the amounts"
    sql: ${TABLE}."currency" ;;
  }

  dimension: cost_status {
    type: string
    description: "How far the cost can be trusted"
    sql: ${TABLE}."cost_status" ;;
  }

  dimension: cost_reason {
    type: string
    description: "Why the cost is unknown or partial"
    sql: ${TABLE}."cost_reason" ;;
  }

  dimension: input_cost {
    type: number
    value_format: "0.000000"
    description: "Of the cost: input tokens"
    sql: ${TABLE}."input_cost" ;;
  }

  dimension: cache_read_cost {
    type: number
    value_format: "0.000000"
    description: "Of the cost: tokens read from a cache"
    sql: ${TABLE}."cache_read_cost" ;;
  }

  dimension: cache_write_cost {
    type: number
    value_format: "0.000000"
    description: "Of the cost: tokens written to a cache"
    sql: ${TABLE}."cache_write_cost" ;;
  }

  dimension: output_cost {
    type: number
    value_format: "0.000000"
    description: "Of the cost: output tokens"
    sql: ${TABLE}."output_cost" ;;
  }

  dimension: list_cost {
    type: number
    value_format: "0.000000"
    description: "By list prices, where there are contracts"
    sql: ${TABLE}."list_cost" ;;
  }

  dimension: contracted_cost {
    type: number
    value_format: "0.000000"
    description: "By contracts, where there are any"
    sql: ${TABLE}."contracted_cost" ;;
  }

  dimension: resale_cost {
    type: number
    value_format: "0.000000"
    description: "What one’s own customer pays, where there are resale prices"
    sql: ${TABLE}."resale_cost" ;;
  }

  dimension: computed_cost {
    type: number
    value_format: "0.000000"
    description: "What the cards say beside a cost that the provider reported"
    sql: ${TABLE}."computed_cost" ;;
  }

  dimension: native_currency {
    type: string
    description: "Currency of the card, where it is another"
    sql: ${TABLE}."native_currency" ;;
  }

  dimension: native_cost {
    type: number
    value_format: "0.000000"
    description: "The cost in `native_currency`"
    sql: ${TABLE}."native_cost" ;;
  }

  dimension: fx_rate {
    type: string
    description: "What one unit of `native_currency` was worth"
    sql: ${TABLE}."fx_rate" ;;
  }

  dimension: card {
    type: string
    description: "The price card: provider, model, layer, version"
    sql: ${TABLE}."card" ;;
  }

  dimension: context {
    type: string
    description: "What decides between prices: service tier, region, batch, …"
    sql: ${TABLE}."context" ;;
  }

  dimension: dialect {
    type: string
    description: "The way of writing a call that it came in"
    sql: ${TABLE}."dialect" ;;
  }

  dimension: conversation_id {
    type: string
    description: "Conversation"
    sql: ${TABLE}."conversation_id" ;;
  }

  dimension: prompt_id {
    type: string
    description: "Prompt"
    sql: ${TABLE}."prompt_id" ;;
  }

  dimension: prompt_version {
    type: string
    description: "Version of the prompt"
    sql: ${TABLE}."prompt_version" ;;
  }

  dimension: agent {
    type: string
    description: "The agent that the call itself names"
    sql: ${TABLE}."agent" ;;
  }

  dimension: workflow {
    type: string
    description: "The workflow that the call itself names"
    sql: ${TABLE}."workflow" ;;
  }

  dimension: response_id {
    type: string
    description: "The provider’s id of the answer"
    sql: ${TABLE}."response_id" ;;
  }

  dimension: late {
    type: yesno
    description: "It arrived long after it had ended"
    sql: ${TABLE}."late" ;;
  }

  measure: calls {
    type: count
    label: "Calls"
  }

  measure: total_input_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."input_tokens" ;;
  }

  measure: total_output_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."output_tokens" ;;
  }

  measure: total_cache_read_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."cache_read_tokens" ;;
  }

  measure: total_cache_write_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."cache_write_tokens" ;;
  }

  measure: total_cache_write_5m_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."cache_write_5m_tokens" ;;
  }

  measure: total_cache_write_1h_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."cache_write_1h_tokens" ;;
  }

  measure: total_output_reasoning_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."output_reasoning_tokens" ;;
  }

  measure: total_input_audio_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."input_audio_tokens" ;;
  }

  measure: total_output_audio_tokens {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."output_audio_tokens" ;;
  }

  measure: total_web_searches {
    type: sum
    value_format: "#,##0"
    sql: ${TABLE}."web_searches" ;;
  }

  measure: total_seconds {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."seconds" ;;
  }

  measure: total_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."cost" ;;
  }

  measure: total_input_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."input_cost" ;;
  }

  measure: total_cache_read_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."cache_read_cost" ;;
  }

  measure: total_cache_write_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."cache_write_cost" ;;
  }

  measure: total_output_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."output_cost" ;;
  }

  measure: total_list_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."list_cost" ;;
  }

  measure: total_contracted_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."contracted_cost" ;;
  }

  measure: total_resale_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."resale_cost" ;;
  }

  measure: total_computed_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."computed_cost" ;;
  }

  measure: total_native_cost {
    type: sum
    value_format: "0.000000"
    sql: ${TABLE}."native_cost" ;;
  }
}
