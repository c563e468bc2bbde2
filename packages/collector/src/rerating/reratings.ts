import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PriceBook } from '@costspan/pricing';
import { CostspanError } from '@costspan/usage';
import type { ExportSelection } from '../exports/export-query.ts';
import type { ExportSource } from '../exports/export-source.ts';
import type { StoredCharge } from '../exports/focus/stored-charge.ts';
import { keepOnce, namesIn } from '../periods/files-once.ts';
import { type Adjustment, makeRerating, parseAdjustment, type Rerating, type ReratingFacts } from './rerating.ts';

/**
 * Layers of other costs over the ledger, one upon the other: a directory each, `0001`, `0002`, …, that is never written again. A layer
 * tells only what differs from the layers below, so the same prices make no second one.
 */
export class Reratings {
  readonly #directory: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Every layer, the lowest first. */
  async layers(): Promise<ReratingFacts[]> {
    const names = (await namesIn(this.#directory))
      .filter((name) => /^\d{4,}$/.test(name))
      .sort((a, b) => Number(a) - Number(b));
    return Promise.all(
      names.map(
        async (name) =>
          JSON.parse(await readFile(join(this.#directory, name, 'rerating.json'), 'utf8')) as ReratingFacts,
      ),
    );
  }

  /** @throws CostspanError `RERATING_CHANGED` when the file is not the one that was written. */
  async adjustments({ number, sha256 }: ReratingFacts): Promise<Adjustment[]> {
    const text = await this.read(number as number);
    if (createHash('sha256').update(text).digest('hex') !== sha256) {
      throw new CostspanError(
        'RERATING_CHANGED',
        `layer ${number} is not what was written (SHA-256 ${sha256}); bring it back from a backup`,
      );
    }
    return text.split('\n').filter(Boolean).map(parseAdjustment);
  }

  /** NDJSON. */
  read(number: number): Promise<string> {
    return readFile(join(this.#directory, nameOf(number), 'adjustments.ndjson'), 'utf8');
  }

  /** What calls cost by the layers. @param layers of those there are */
  async effective(layers: readonly ReratingFacts[]): Promise<Map<string, StoredCharge>> {
    const found = new Map<string, StoredCharge>();
    for (const layer of layers) for (const { after } of await this.adjustments(layer)) found.set(after.id, after);
    return found;
  }

  /** Makes the next layer, unless nothing would be in it or it is only asked what would. */
  rerate(source: ExportSource, book: PriceBook, selection: ExportSelection, isDry: boolean): Promise<ReratingFacts> {
    const turn = this.#turn.then(async () => {
      const layers = await this.layers();
      const made = await makeRerating(source, book, selection, await this.effective(layers));
      if (isDry || made.facts.changed === 0) return made.facts;
      const facts = { ...made.facts, number: layers.length + 1 };
      await this.#keep({ ...made, facts }, facts.number);
      return facts;
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #keep({ facts, text }: Rerating, number: number): Promise<void> {
    await keepOnce(this.#directory, nameOf(number), {
      'adjustments.ndjson': text,
      'rerating.json': `${JSON.stringify(facts, null, 2)}\n`,
    });
  }
}

function nameOf(number: number): string {
  return String(number).padStart(4, '0');
}
