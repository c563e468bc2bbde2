import type { CardFile } from './card.ts';
import { type CardChange, diffCards } from './diff-cards.ts';
import { fxJumps } from './fx-jumps.ts';
import type { LintFinding } from './lint-cards.ts';
import { type CardSourceFile, type OpenedBook, openBook } from './open-book.ts';
import type { PriceBook } from './price-book.ts';
import { rateJumps } from './rate-jumps.ts';

/** What became of a reload: other prices hold, the same ones do, or the new ones were refused and the old ones stay. */
export type Reload =
  | {
      readonly kind: 'replaced';
      readonly version: string;
      readonly before: string;
      readonly changes: readonly CardChange[];
      readonly warnings: readonly LintFinding[];
    }
  | { readonly kind: 'unchanged'; readonly version: string }
  | { readonly kind: 'refused'; readonly version: string; readonly findings: readonly LintFinding[] };

export interface ReloadOptions {
  /** Exchange rates, read again with the cards. */
  readonly fx?: CardSourceFile;
  readonly force?: boolean;
}

/**
 * A book that can be exchanged while calls are priced. A call sees the old book or the new one, never a part of each: take
 * {@link book} once per call. What does not hold together is refused as a whole, and the last good book stays.
 */
export class ReloadableBook {
  private readonly under: readonly CardFile[];
  private active: Extract<OpenedBook, { kind: 'active' }>;
  private last: Reload | undefined;

  /** `opened` is the first good book, on top of the same `under` as every later one. */
  constructor(under: readonly CardFile[], opened: Extract<OpenedBook, { kind: 'active' }>) {
    this.under = under;
    this.active = opened;
  }

  get book(): PriceBook {
    return this.active.book;
  }

  /** The answer of the last reload: to be shown as long as it is a refusal. */
  get lastReload(): Reload | undefined {
    return this.last;
  }

  /** A price or a rate of exchange that moves by more than ten times is refused as a mistake, unless `force` says that it is meant. */
  reload(files: readonly CardSourceFile[], { fx, force = false }: ReloadOptions = {}): Reload {
    this.last = this.exchange(openBook(this.under, files, fx), fx?.name ?? 'fx', force);
    return this.last;
  }

  private exchange(opened: OpenedBook, fxName: string, force: boolean): Reload {
    const before = this.active;
    const { version } = before.book;
    if (opened.kind === 'refused') return { kind: 'refused', version, findings: opened.findings };
    if (opened.book.version === version) return { kind: 'unchanged', version };
    const jumps = force ? [] : [...rateJumps(before.layers, opened.layers), ...fxJumps(before.fx, opened.fx, fxName)];
    if (jumps.length > 0) return { kind: 'refused', version, findings: jumps };
    this.active = opened;
    return {
      kind: 'replaced',
      version: opened.book.version,
      before: version,
      changes: diffCards(before.layers, opened.layers),
      warnings: opened.warnings,
    };
  }
}
