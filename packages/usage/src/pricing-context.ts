/**
 * What besides provider, model and counts decides a price. Values are the provider's own words for what was *served*
 * (the requested tier is not a price). An absent axis means the provider's default.
 */
export interface PricingContext {
  /** `default`, `flex`, `priority`, `scale`, `standard`, `batch`, … */
  readonly service_tier?: string;
  readonly batch?: boolean;
  /** `standard` or `fast` (Anthropic). */
  readonly speed?: string;
  /** Where inference ran or where the endpoint is: `us`, `eu`, an AWS or Azure region. */
  readonly region?: string;
  /** What was ordered where kinds of it have prices: `1024x1536/high` for images, `1080p` for video. */
  readonly variant?: string;
  /**
   * The size of one prompt, where the counts are the sum of several requests and a price depends on it. Absent where the
   * counts are of one request, whose `input_tokens` say it.
   */
  readonly prompt_tokens?: number;
  /** A cost the provider itself reported for this call. Kept beside the computed one. */
  readonly reported_cost?: ReportedCost;
}

export interface ReportedCost {
  /** Plain decimal string. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
}
