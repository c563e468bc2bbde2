// Makes the picture of the README from a real run of the demo.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { preparePages } from './plugin.ts';
import { root } from './tool.ts';

preparePages();
const script = join(root, 'packages/demo/src/screenshot/screenshot.ts');
const picture = process.argv[2] ?? join(root, 'docs/images/overview.png');
const result = spawnSync(process.execPath, ['--conditions=@costspan/source', script, picture], { stdio: 'inherit' });
process.exit(result.status ?? 1);
