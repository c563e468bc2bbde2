import { definedMeters } from './add-meters.ts';
import { snakeKeys } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/** Mistral OCR: pages. Source: Mistral API reference, OCRUsageInfo, read 2026-11-23. */
export const mistralOcr: UsageSource = {
  name: 'mistral.ocr',
  providers: ['mistral_ai', 'azure.ai.inference', 'gcp.vertex_ai'],
  apis: ['ocr'],
  convention: 'cache_included',
  locate: (answer) => snakeKeys(answer['usage_info'] ?? answer['usageInfo']),
  matches: (usage) => 'pages_processed' in usage,
  extract: (_answer, usage, read) => ({ meters: definedMeters({ pages: read.count(usage, 'pages_processed') }) }),
};
