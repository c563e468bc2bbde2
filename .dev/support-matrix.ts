// Shows what is promised of other versions than the installed ones: the register entry on every Node that we name, and every way a
// call can end on the lowest version of each SDK. `npm run support-matrix`, or with `nodes` or `sdks` for one of the two. They are
// installed for this alone, into a folder that nothing else uses.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LOWEST_SDKS } from '../packages/instrumentation/src/testing/lowest-sdks.ts';
import { installAside } from './install-aside.ts';
import { root } from './tool.ts';

/** Both sides of what changed: synchronous hooks came with 22.22.3 and 24.11.1, and 26 warns of the older way. */
const NODES: readonly (readonly [version: string, esmHook: 'sync' | 'async'])[] = [
  ['22.15.0', 'async'],
  ['22.23.3', 'sync'],
  ['24.10.0', 'async'],
  ['26.10.0', 'sync'],
];

const [wanted] = process.argv.slice(2);
const results: string[] = [];
if (wanted !== 'sdks') {
  const binary = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = installAside(
    'nodes',
    Object.fromEntries(NODES.map(([version]) => [`node-${version}`, `npm:${binary}@${version}`])),
  );
  for (const [version, esmHook] of NODES) {
    const program = join(folder, 'node_modules', `node-${version}`, 'bin', 'node');
    const env = { COSTSPAN_TEST_NODE: program, COSTSPAN_TEST_ESM_HOOK: esmHook };
    results.push(`${runTests('register.test.ts', env)}  register entry on Node ${version}`);
  }
}
if (wanted !== 'nodes') {
  const folder = installAside(
    'lowest-sdks',
    Object.fromEntries(
      Object.entries(LOWEST_SDKS).map(([alias, [library, version]]) => [alias, `npm:${library}@${version}`]),
    ),
  );
  const lowest = Object.values(LOWEST_SDKS).map((one) => one.join(' '));
  results.push(`${runTests('lowest-versions.test.ts', { COSTSPAN_LOWEST_SDKS: folder })}  ${lowest.join(', ')}`);
}
process.stdout.write(`\n${results.join('\n')}\n`);
process.exit(results.every((result) => result.startsWith('ok')) ? 0 : 1);

function runTests(file: string, env: NodeJS.ProcessEnv): string {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const path = `packages/instrumentation/src/${file}`;
  const { status } = spawnSync(process.execPath, [vitest, 'run', '-c', '.config/vitest.config.ts', path], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0 ? 'ok    ' : 'failed';
}
