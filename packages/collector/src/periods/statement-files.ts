import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { type Month, parseMonth } from './month.ts';
import type { Statement, StatementFacts } from './statement.ts';

export interface ClosedMonth {
  readonly month: Month;
  readonly facts: StatementFacts;
}

/**
 * Closed statements: a directory each, with `statement.csv` and `statement.json`. It gets its name when both are on the disk, and is
 * never written again.
 */
export class StatementFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The oldest first. */
  async closed(): Promise<ClosedMonth[]> {
    const months = (await namesIn(this.#directory)).flatMap((name) => parseMonth(name) ?? []);
    months.sort((a, b) => a.fromUs - b.fromUs);
    return Promise.all(
      months.map(async (month) => ({
        month,
        facts: JSON.parse(await readFile(join(this.#directory, month.label, 'statement.json'), 'utf8')) as StatementFacts,
      })),
    );
  }

  /** @throws CostspanError `PERIOD_CHANGED` when the file is not the one that was closed. */
  async read({ month, facts }: ClosedMonth): Promise<Buffer<ArrayBuffer>> {
    const path = join(this.#directory, month.label, 'statement.csv');
    const bytes = await readFile(path);
    if (createHash('sha256').update(bytes).digest('hex') === facts.sha256) return bytes;
    throw new CostspanError(
      'PERIOD_CHANGED',
      `${path} is not what was closed (SHA-256 ${facts.sha256}); bring it back from a backup`,
    );
  }

  async keep({ facts, text }: Statement): Promise<void> {
    const [folder, fresh] = [join(this.#directory, facts.period), join(this.#directory, `.${facts.period}.new`)];
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    await writeOnce(join(fresh, 'statement.csv'), text);
    await writeOnce(join(fresh, 'statement.json'), `${JSON.stringify(facts, null, 2)}\n`);
    await rename(fresh, folder);
    const parent = await open(this.#directory);
    await parent.sync().finally(() => parent.close());
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeOnce(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync().finally(() => file.close());
  await chmod(path, 0o400);
}
