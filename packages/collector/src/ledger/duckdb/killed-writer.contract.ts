import { spawn } from 'node:child_process';

/** A script beside this file, as arguments of `spawn`. */
export function nodeOf(file: string, args: readonly string[]): [string, string[]] {
  const script = new URL(file, import.meta.url).pathname;
  return [process.execPath, ['--conditions=@costspan/source', script, ...args]];
}

/** Runs a writer from batch `first` on and kills it within 200 ms of its `words`th word. Returns what it acknowledged. */
export async function writeAndKill(script: string, directory: string, first: number, words = 1): Promise<number[]> {
  const child = spawn(...nodeOf(script, [directory, String(first)]), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > words) timer ??= setTimeout(() => child.kill('SIGKILL'), Math.random() * 200);
  });
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  // A line without its end was being said when the process died.
  return said.split('\n').slice(0, -1).map(Number);
}
