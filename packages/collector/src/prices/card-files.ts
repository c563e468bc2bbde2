import { readFile, stat } from 'node:fs/promises';
import {
  baseCards,
  type CardSourceFile,
  openBook,
  type PriceBook,
  type Reload,
  ReloadableBook,
} from '@costspan/pricing';
import { type Finding, InvalidInputError } from '@costspan/usage';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';

export interface CardFilesOptions {
  /** Card files over the bundled catalogue, lowest first. */
  readonly files: readonly string[];
  /** A file of exchange rates. */
  readonly fx?: string | undefined;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** How often the files are looked at. A change is live within this time. */
  readonly intervalMs?: number;
}

/** Prices that follow their files. */
export interface CardFiles {
  /** The last good book. Take it once per request: then a request sees one book. */
  readonly book: PriceBook;
  /** Looks at the files now; `undefined` when none changed. */
  check(): Promise<Reload | undefined>;
  close(): void;
}

const CHECK_INTERVAL_MS = 2_000;
const TOPIC = 'cards';

/**
 * Opens the catalogue with card files over it and exchange rates beside it, and follows the files: a good change replaces the prices between two
 * requests, a bad one is refused as a whole, said once and counted, and the last good prices stay.
 * @throws InvalidInputError with every mistake of every file, when the first reading is not good.
 */
export async function openCardFiles(options: CardFilesOptions): Promise<CardFiles> {
  const { files, fx, metrics, notices } = options;
  const under = [baseCards()];
  const rates = async () => (fx === undefined ? undefined : readSource(fx));
  const opened = openBook(under, await Promise.all(files.map(readSource)), await rates());
  if (opened.kind === 'refused') throw new InvalidInputError('CARDS_INVALID', 'cards', opened.findings.map(withFile));
  const prices = new ReloadableBook(under, opened);
  const followed = fx === undefined ? files : [...files, fx];
  let seen = await statesOf(followed);

  const refuse = (reason: string): void => {
    metrics.add('cardReloadsRefused');
    notices.once(TOPIC, `changed card files were refused, and the last good prices stay: ${reason}`);
  };
  const check = async (): Promise<Reload | undefined> => {
    const now = await statesOf(followed);
    if (now === seen) return undefined;
    seen = now;
    let sources: readonly CardSourceFile[];
    let fxSource: CardSourceFile | undefined;
    try {
      sources = await Promise.all(files.map(readSource));
      fxSource = await rates();
    } catch (error) {
      refuse((error as Error).message);
      return undefined;
    }
    const reload = prices.reload(sources, fxSource === undefined ? {} : { fx: fxSource });
    if (reload.kind === 'refused') refuse(reload.findings.map(withFile).map(sentence).join('; '));
    else {
      notices.over(TOPIC, 'the card files are good again');
      if (reload.kind === 'replaced') {
        metrics.add('cardReloads');
        notices.tell(`new prices are in force: ${reload.changes.length} cards changed, version ${reload.version}`);
      }
    }
    return reload;
  };
  const timer =
    followed.length === 0
      ? undefined
      : setInterval(() => void check(), options.intervalMs ?? CHECK_INTERVAL_MS).unref();
  return {
    get book() {
      return prices.book;
    },
    check,
    close: () => clearInterval(timer),
  };
}

async function readSource(name: string): Promise<CardSourceFile> {
  const refused = (code: string, message: string): never => {
    throw new InvalidInputError('CARDS_INVALID', name, [{ at: 'file', code, message }]);
  };
  const text = await readFile(name, 'utf8').catch((error: Error) =>
    refused('FILE_UNREADABLE', `cannot be read: ${error.message}`),
  );
  try {
    return { name, value: JSON.parse(text) as unknown };
  } catch (error) {
    return refused('FILE_JSON', `is not JSON: ${(error as Error).message}`);
  }
}

/** What tells that a file was written: its identity, size and time. A file that is gone has a state of its own. */
async function statesOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ ino, size, mtimeMs }) => `${ino}:${size}:${mtimeMs}`,
        () => 'absent',
      ),
    ),
  );
  return states.join('\n');
}

function withFile(finding: Finding & { readonly layer: string }): Finding {
  return { ...finding, at: `${finding.layer}: ${finding.at}` };
}

function sentence({ at, message }: Finding): string {
  return `${at}: ${message}`;
}
