import { writeFileSync } from 'node:fs';
import { PLANS_SCHEMA, QUOTA_SCHEMA } from '@costspan/quota';

// The published schemas are what the parsers say of themselves. A test fails while a file differs.
for (const [name, schema] of [
  ['quota-1', QUOTA_SCHEMA],
  ['plans-1', PLANS_SCHEMA],
] as const) {
  writeFileSync(new URL(`../schema/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, undefined, 2)}\n`);
}
