/** A row of a usage answer. */
export interface EmfRow {
  /** Start of the bucket, an ISO instant. */
  readonly time?: unknown;
  readonly [name: string]: unknown;
}

/** CloudWatch takes no longer values of dimensions. */
const DIMENSION_LENGTH_MAX = 1024;
const UNITS: Readonly<Record<string, string>> = { calls: 'Count', input_tokens: 'Count', output_tokens: 'Count' };
const NAMES: Readonly<Record<string, string>> = {
  calls: 'Calls',
  cost: 'CostUsd',
  input_tokens: 'InputTokens',
  output_tokens: 'OutputTokens',
};

/** What an answer is asked for. */
export const EMF_METRICS = Object.keys(NAMES);

/**
 * A row as a line of the CloudWatch embedded metric format. CloudWatch keeps doubles, so the cost stands beside it as it is, with every
 * digit. What is unknown is left out and is not zero; `undefined` where nothing is known.
 */
export function emfLine(row: EmfRow, dimensions: readonly string[], namespace: string): string | undefined {
  const metrics = EMF_METRICS.filter((name) => row[name] !== null && row[name] !== undefined);
  if (metrics.length === 0) return undefined;
  const members = {
    _aws: {
      Timestamp: Date.parse(String(row.time)),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [dimensions],
          Metrics: metrics.map((name) => ({ Name: NAMES[name], Unit: UNITS[name] ?? 'None' })),
        },
      ],
    },
    ...Object.fromEntries(dimensions.map((name) => [name, String(row[name]).slice(0, DIMENSION_LENGTH_MAX)])),
    ...Object.fromEntries(metrics.map((name) => [NAMES[name], Number(row[name])])),
    ...(row['cost'] === null || row['cost'] === undefined ? {} : { cost_usd_exact: row['cost'] }),
  };
  return JSON.stringify(members);
}
