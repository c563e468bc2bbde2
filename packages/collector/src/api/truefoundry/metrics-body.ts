import { z } from 'zod';

/**
 * The body of TrueFoundry's `POST /api/svc/v1/llm-gateway/metrics/query`, as its documentation prints it.
 * Source: https://www.truefoundry.com/docs/ai-gateway/fetch-model-metrics, read 2026-11-23.
 */
export const metricsBody = z
  .strictObject({
    startTs: z.union([z.string().max(40), z.int()], {
      error: 'must be an ISO 8601 instant or milliseconds since 1970',
    }),
    endTs: z.union([z.string().max(40), z.int()], { error: 'must be an ISO 8601 instant or milliseconds since 1970' }),
    datasource: z.enum(['modelMetrics']).describe('Calls of models; the other sources are not in this ledger'),
    type: z.enum(['distribution', 'timeseries']),
    interval: z.string().max(40).optional().describe('"5 minute", "1 hour", "1 day" or "1 week"'),
    intervalInSeconds: z.int().positive().optional(),
    aggregations: z
      .array(z.strictObject({ type: z.string().max(40), column: z.string().max(80) }))
      .min(1)
      .max(32),
    groupBy: z.array(z.string().max(80)).max(6).default([]),
    filters: z
      .array(
        z.strictObject({
          fieldName: z.string().max(80).optional(),
          metadataKey: z.string().max(80).optional(),
          operator: z.string().max(40),
          value: z
            .union(
              [
                z.string().max(1024),
                z.number(),
                z.boolean(),
                z.array(z.union([z.string().max(1024), z.number()])).max(1000),
              ],
              {
                error: 'must be a text, a number, a boolean or a list',
              },
            )
            .optional(),
        }),
      )
      .max(64)
      .default([]),
  })
  .describe("TrueFoundry's question about model metrics; times in UTC, filters joined by AND");

export type MetricsBody = z.infer<typeof metricsBody>;
export type MetricsFilter = MetricsBody['filters'][number];

/** The answer, in TrueFoundry's shape. Costs are numbers there; `/api/v1/usage/query` has them exactly. */
export const metricsAnswer = z
  .strictObject({
    data: z.strictObject({
      dataPoints: z.array(
        z
          .object({
            startTimestamp: z.string().optional().describe('Of a timeseries: when the bucket begins'),
            endTimestamp: z.string().optional().describe('And when it ends'),
            total: z.number().describe('Calls'),
          })
          .catchall(z.union([z.string(), z.number(), z.null()])),
      ),
    }),
  })
  .describe('Data points: one key per aggregation (sumInputTokens, p99LatencyMs) and per group');
