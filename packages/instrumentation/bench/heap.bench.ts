import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const APP = fileURLToPath(new URL('../src/testing/apps/abandoned-streams.ts', import.meta.url));
const CALLS = 100_000;

/** What calls leave behind when one in ten of them is streamed, read for one chunk and forgotten: in a process of their own, after 5,000 to warm up. */
export function rows(): { readonly name: string; readonly value: string; readonly compare: string }[] {
  const stdout = execFileSync(process.execPath, ['--conditions=@costspan/source', APP, String(CALLS)], {
    encoding: 'utf8',
  });
  const { growthBytes = Number.NaN, open, ended, calls } = JSON.parse(stdout) as Record<string, number>;
  return [
    {
      name: `heap growth of ${CALLS} calls, a tenth abandoned (must: < 5 MB)`,
      value: `${(growthBytes / 1e6).toFixed(2)} MB`,
      compare: `${open} open, ${ended} of ${calls} ended`,
    },
  ];
}

if (import.meta.main)
  for (const row of rows()) console.log(`${row.name.padEnd(65)} ${row.value.padStart(12)}   ${row.compare}`);
