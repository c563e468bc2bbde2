import type { Gateway } from './gateway.ts';

/** Cloudflare AI Gateway: one JSON object of five entries at most. Source: Cloudflare documentation, custom metadata, read 2026-11-23. */
export const cloudflare: Gateway = {
  name: 'cloudflare',
  tagsMax: 5,
  format: (tags) => ({ headers: { 'cf-aig-metadata': JSON.stringify(tags) } }),
};
