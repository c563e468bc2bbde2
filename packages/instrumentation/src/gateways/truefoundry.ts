import type { Gateway } from './gateway.ts';

/** TrueFoundry AI Gateway: one JSON object of texts. Source: TrueFoundry documentation, request headers, read 2026-11-23. */
export const truefoundry: Gateway = {
  name: 'truefoundry',
  valueLengthMax: 128,
  format: (tags) => ({ headers: { 'x-tfy-metadata': JSON.stringify(tags) } }),
};
