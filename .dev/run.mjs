// The door of every npm script. Works on any Node from 20 on: installs what is missing, then hands over to a Node that can
// run our TypeScript sources (the machine's own when it is new enough, else the pinned one that npm installed), by path.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);
const commands = [
  'start',
  'test',
  'check',
  'bench',
  'compare',
  'support-matrix',
  'build',
  'fix',
  'screenshot',
  'cards-update',
  'api-docs',
  'plugin-package',
  'plugin-matrix',
];
if (!commands.includes(command ?? '')) fail(`unknown command "${command ?? ''}"; one of: ${commands.join(', ')}`);

installWhatIsMissing();
handOver(runtime(), [
  '--conditions=@costspan/source',
  '--disable-warning=ExperimentalWarning',
  join(root, '.dev', `${command}.ts`),
  ...args,
]);

function installWhatIsMissing() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.costspan-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing dependencies (once, about half a minute) …\n');
  const npm = process.env['npm_execpath'];
  const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const result = spawnSync(program, [...first, 'ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (result.status !== 0)
    fail('npm ci did not succeed; its message is above. Mend it and run the same command again.');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** A Node that strips types by itself (22.18 and newer). */
function runtime() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  return fail(
    `this is Node ${process.versions.node}, and the pinned Node is not in node_modules (were install scripts off?). ` +
      'Run "npm ci" with install scripts on, or use Node 22.18 or newer.',
  );
}

/** Runs the program as if it were this process: same terminal, same signals, same exit code. */
function handOver(program, argv) {
  const child = spawn(program, argv, { stdio: 'inherit', env: { ...process.env, PATH: pathWith(program) } });
  // A terminal sends Ctrl-C to the child as well; this process only waits for it. Other senders reach only us.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`could not start ${program}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** Children that ask for `node` get the same one. */
function pathWith(program) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return `${dirname(program)}${separator}${process.env['PATH'] ?? ''}`;
}

function fail(sentence) {
  process.stderr.write(`costspan: ${sentence}\n`);
  process.exit(2);
}
