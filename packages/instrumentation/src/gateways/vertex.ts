import type { Gateway } from './gateway.ts';

/**
 * Vertex AI: labels, which the billing export shows. Lower case, digits, hyphens and underscores, 63 characters.
 * Source: Google Cloud documentation, labels, read 2026-11-23.
 */
export const vertexLabels: Gateway = {
  name: 'vertex',
  valueLengthMax: 63,
  tagsMax: 64,
  format: (tags) => ({
    params: {
      config: {
        labels: Object.fromEntries(
          Object.entries(tags).map(([key, value]) => [
            key,
            value.toLowerCase().replaceAll(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, '_'),
          ]),
        ),
      },
    },
  }),
};
