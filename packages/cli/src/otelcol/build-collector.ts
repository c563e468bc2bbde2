import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { parseDocument } from 'yaml';
import type { Terminal } from '../terminal.ts';

/** The official builder. Its version is that of the components in our manifests. */
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.165.0';

export interface BuildOptions {
  readonly out: string;
  readonly manifest?: string;
  readonly core?: true;
  readonly skipCompile?: true;
}

/** Where the Go sources lie in a checkout. */
const SOURCES = resolve(import.meta.dirname, '../../../otelcol');

/**
 * Builds a collector by a manifest whose paths are relative to it, and gives the path of the program. What the builder says goes to stderr.
 * @throws CostspanError `MANIFEST_MISSING`, `GO_MISSING`, or `BUILD_FAILED` when the builder ends with a mistake.
 */
export async function buildCollector(options: BuildOptions, terminal: Pick<Terminal, 'stderr'>): Promise<string> {
  const manifest = resolve(
    options.manifest ?? join(SOURCES, options.core === true ? 'builder.core.yaml' : 'builder.yaml'),
  );
  if (!existsSync(manifest)) {
    throw new CostspanError(
      'MANIFEST_MISSING',
      `there is no ${manifest}; name one with --manifest, or run this in a checkout of Costspan`,
    );
  }
  const out = resolve(options.out);
  const document = parseDocument(await readFile(manifest, 'utf8'));
  for (const section of ['receivers', 'processors', 'exporters', 'connectors', 'extensions', 'providers']) {
    const count =
      (document.getIn([section]) as { readonly items?: readonly unknown[] } | undefined)?.items?.length ?? 0;
    for (let at = 0; at < count; at += 1) {
      const path = document.getIn([section, at, 'path']);
      if (typeof path === 'string') document.setIn([section, at, 'path'], resolve(dirname(manifest), path));
    }
  }
  document.setIn(['dist', 'output_path'], out);
  await mkdir(out, { recursive: true });
  const written = join(out, 'builder.yaml');
  await writeFile(written, document.toString());
  await run(
    ['run', BUILDER, `--config=${written}`, ...(options.skipCompile === true ? ['--skip-compilation'] : [])],
    terminal,
  );
  return join(out, String(document.getIn(['dist', 'name'])));
}

async function run(args: readonly string[], { stderr }: Pick<Terminal, 'stderr'>): Promise<void> {
  const child = spawn('go', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(stderr, { end: false });
  child.stderr.pipe(stderr, { end: false });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', (cause: NodeJS.ErrnoException) =>
      fail(
        cause.code === 'ENOENT'
          ? new CostspanError('GO_MISSING', 'the collector is built with Go 1.26 or later: https://go.dev/dl', {
              cause,
            })
          : cause,
      ),
    );
    child.once('close', done);
  });
  if (code !== 0) throw new CostspanError('BUILD_FAILED', `the builder ended with ${code}; what it said stands above`);
}
