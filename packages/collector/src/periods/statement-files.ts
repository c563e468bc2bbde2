import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { keepOnce, namesIn } from './files-once.ts';
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
        facts: JSON.parse(
          await readFile(join(this.#directory, month.label, 'statement.json'), 'utf8'),
        ) as StatementFacts,
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
    await keepOnce(this.#directory, facts.period, {
      'statement.csv': text,
      'statement.json': `${JSON.stringify(facts, null, 2)}\n`,
    });
  }
}
