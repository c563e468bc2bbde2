/** A question for the document, a test asks it. */
export const usageExample = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
  timezone: 'Europe/Berlin',
  metrics: ['cost', 'calls', 'cache_hit_share', 'duration_ms_p95'],
  groupBy: ['customer_id', 'model'],
  filters: [
    { field: 'environment', op: 'eq', value: 'production' },
    {
      any: [
        { field: 'model', op: 'starts_with', value: 'claude' },
        { field: 'cost', op: 'gt', value: '0.05' },
      ],
    },
  ],
  compare: 'previous_period',
  limit: 20,
};

/** Across regions nothing is asked that names a customer or a call. */
export const regionsExample = { ...usageExample, groupBy: ['model'], filters: [] };

export const erasureExample = { value: 'jane@example.com', dry_run: true };

export const driversExample = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
  compare: 'previous_period',
  groupBy: ['feature_name', 'model'],
};

export const organisationExample = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
  unit: 'team',
  memberships: [
    { unit: 'search', parent: 'product' },
    { unit: 'support', parent: 'operations' },
    { unit: 'support', parent: 'product', from: '2026-11-16T00:00:00Z' },
    { unit: 'product', parent: 'company' },
    { unit: 'operations', parent: 'company' },
  ],
};

export const correlationExample = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
  groupBy: 'customer_id',
  metric: 'tokens',
  values: { acme: 412, globex: 95, initech: 60 },
  filters: [{ field: 'feature_name', op: 'eq', value: 'search' }],
};

export const metricsExample = {
  startTs: '2026-11-01T00:00:00.000Z',
  endTs: '2026-11-02T00:00:00.000Z',
  datasource: 'modelMetrics',
  type: 'timeseries',
  interval: '5 minute',
  aggregations: [
    { type: 'sum', column: 'costInUSD' },
    { type: 'p99', column: 'latencyMs' },
  ],
  groupBy: ['modelName', 'metadata.customer_id'],
  filters: [{ fieldName: 'virtualModelName', operator: 'IS_NULL', value: true }],
};
