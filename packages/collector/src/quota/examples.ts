/** Questions for the document; a test asks them. */
export const decisionExample = {
  id: '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7',
  provider: 'openai',
  model: 'gpt-4o',
  tags: { customer_id: 'acme', feature_name: 'summary' },
  subjects: ['user:alice@example.com', 'team:support'],
  size: { input_tokens: 1843, max_tokens: 1000 },
};

export const settleExample = { input_tokens: 1843, output_tokens: 411, cost: '0.0087175' };

export const explainExample = {
  model: 'openai/gpt-4o',
  tags: { customer_id: 'acme' },
  size: { input_bytes: 7400, max_tokens: 1000 },
};

export const extendExample = { lease_ms: 600_000 };
