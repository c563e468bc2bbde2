#!/usr/bin/env node
// Plain JavaScript for any Node: finds a Node that can run the command, then becomes it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(home, 'src', 'main.ts');
const inCheckout = existsSync(source);
const wanted = inCheckout ? [22, 18] : [22, 15];
const runtime = isNewEnough(process.versions.node) ? process.execPath : pinnedRuntime();
if (runtime === undefined) {
  process.stderr.write(`costspan: Node ${wanted.join('.')} or newer is needed, this is ${process.versions.node}.\n`);
  process.exit(2);
}
const entry = inCheckout
  ? ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning', join(home, 'src', 'bin.ts')]
  : [join(home, 'dist', 'bin.js')];
const child = spawn(runtime, [...entry, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends Ctrl-C to the child as well; this process only waits for it. Other senders reach only us.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  process.stderr.write(`costspan: could not start ${runtime}: ${error.message}\n`);
  process.exit(2);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
}

/** The Node that npm installed as a dependency of the checkout, when there is one. */
function pinnedRuntime() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const program = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}
