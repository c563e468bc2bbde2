// Prints what the published instrumentations lose and break beside ours, and what each adds to a call. They are installed for
// this alone, into a folder that nothing else uses: `npm run compare`, or `npm run compare openlit` for some of them.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { BEHAVIOURS } from '../packages/instrumentation/bench/compare/behaviours.ts';
import { NEWEST, PEERS, SDKS } from '../packages/instrumentation/bench/compare/peers.ts';
import type { PeerReport } from '../packages/instrumentation/bench/compare/run-peer.ts';
import { installAside } from './install-aside.ts';
import { root } from './tool.ts';

const wanted = process.argv.slice(2);
const peers = PEERS.filter(({ name }) => name === 'costspan' || wanted.length === 0 || wanted.includes(name));
const runner = join(root, 'packages', 'instrumentation', 'bench', 'compare', 'run-peer.ts');

const folder = installAside('compare', { ...SDKS, ...Object.assign({}, ...PEERS.map(({ packages }) => packages)) });
installAside('compare/newest', NEWEST);

const reports = new Map<string, PeerReport>();
for (const { name } of peers) {
  process.stderr.write(`${name} …\n`);
  const { stdout, stderr, status, error } = spawnSync(
    process.execPath,
    ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning', runner, name, folder],
    { cwd: root, encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status === 0) reports.set(name, JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PeerReport);
  // What the peers say on the way is theirs.
  else process.stderr.write(`${error?.message ?? stderr.slice(-2_000)}\n${name} could not be run\n`);
}

const names = [...reports.keys()];
for (const api of Object.keys(reports.get('costspan')?.verdicts ?? {})) {
  const rows = BEHAVIOURS.map(({ name }) => [name, ...names.map((peer) => reports.get(peer)?.verdicts[api]?.[name])]);
  print(
    [api, ...names],
    rows.filter(([, ...verdicts]) => verdicts.some((verdict) => verdict !== undefined)),
  );
}
const overhead = names.map((peer) => reports.get(peer)?.overhead);
const ours = reports.get('costspan')?.overhead;
const added = (what: 'callUs' | 'chunkUs' | 'firstChunkP95Us') =>
  overhead.map((one) => {
    const value = one?.[what] ?? Number.NaN;
    return `${value.toFixed(1)} µs (× ${(value / (ours?.[what] ?? Number.NaN)).toFixed(1)})`;
  });
print(
  [`added, Node ${process.versions.node}, ${cpus()[0]?.model ?? ''}`, ...names],
  [
    ['CPU per whole call', ...added('callUs')],
    ['CPU per chunk', ...added('chunkUs')],
    ['time to the first chunk, p95', ...added('firstChunkP95Us')],
    ['(the bare call)', ...overhead.map((one) => `${(one?.bareCallUs ?? Number.NaN).toFixed(1)} µs`)],
  ],
);
process.stdout.write(
  `Versions: ${peers.flatMap(({ packages }) => Object.entries(packages).map((one) => one.join(' '))).join(', ')}.\n`,
);
process.exit(reports.size === peers.length ? 0 : 1);

function print(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): void {
  const table = [head, ...rows].map((row) => row.map((cell) => cell ?? ''));
  const widths = head.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`\n${table.map(line).join('\n')}\n`);
}
