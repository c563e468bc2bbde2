// Writes docs/api.md from the OpenAPI document of the collector.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './tool.ts';

const script = join(root, 'packages/collector/build/write-api-page.ts');
const result = spawnSync(process.execPath, ['--conditions=@costspan/source', script], { stdio: 'inherit' });
process.exit(result.status ?? 1);
