// The libraries of the pages take a minute to come once: calls are recorded meanwhile, and the page at `/` says what is going on.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { arePagesReady, pagesNews } from './plugin.ts';
import { root } from './tool.ts';

/** Prepares the pages in processes of their own that end with this one. */
export function preparePagesAside(): void {
  if (arePagesReady()) return;
  const log = join(root, '.dev/state/pages.log');
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const canGroup = process.platform !== 'win32';
  const child = spawn(process.execPath, [join(root, '.dev/pages.ts')], {
    stdio: ['ignore', output, output],
    detached: canGroup,
  });
  closeSync(output);
  process.stderr.write('The pages are built aside, once: about two minutes. They open by themselves.\n');
  const end = (): void => {
    // With its npm.
    if (canGroup && child.pid !== undefined) process.kill(-child.pid);
    else child.kill();
  };
  process.once('exit', end);
  child.once('exit', (code, signal) => {
    process.removeListener('exit', end);
    if (code === 0) return;
    const why = `Building them failed (${signal ?? `exit ${code}`}); ${log} says why.`;
    pagesNews(why);
    process.stderr.write(`costspan: the pages: ${why} The collector works on.\n`);
  });
  child.unref();
}
