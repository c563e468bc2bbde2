import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([{ usage_info: { pages_processed: 29, doc_size_bytes: null } }, { usageInfo: { pagesProcessed: 29 } }])(
  '%j is billed by the page',
  (body) => {
    expect(extractUsage({ provider: 'mistral', api: 'ocr', body })).toMatchObject({
      source: 'mistral.ocr',
      usage: { meters: { pages: 29 } },
    });
  },
);
