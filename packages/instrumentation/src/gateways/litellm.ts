import type { Gateway } from './gateway.ts';

/**
 * LiteLLM: tags as a list of `key:value`, and the customer whose budget it is.
 * Source: LiteLLM documentation, request tags and customers, read 2026-11-23.
 */
export const litellm: Gateway = {
  name: 'litellm',
  format: (tags) => ({
    headers: {
      'x-litellm-tags': Object.entries(tags)
        .map(([key, value]) => encodeURI(`${key}:${value}`).replaceAll(',', '%2C'))
        .join(','),
      ...(tags['customer_id'] === undefined ? {} : { 'x-litellm-customer-id': encodeURI(tags['customer_id']) }),
    },
  }),
};
