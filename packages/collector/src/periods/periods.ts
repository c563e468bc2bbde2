import type { FocusVersion } from '@costspan/pricing';
import { CostspanError } from '@costspan/usage';
import type { ExportSource } from '../exports/export-source.ts';
import { formatInstantUs } from '../query/instants.ts';
import type { Reratings } from '../rerating/reratings.ts';
import { type Month, monthAfter } from './month.ts';
import { makeStatement, type StatementFacts } from './statement.ts';
import { type ClosedMonth, StatementFiles } from './statement-files.ts';

/** Closes months, one after the other. What is closed stays as it is; what comes later is a correction of the next statement. */
export class Periods {
  readonly #source: ExportSource;
  readonly #files: StatementFiles;
  readonly #reratings: Reratings;
  readonly #nowMs: () => number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: ExportSource, directory: string, reratings: Reratings, nowMs: () => number = Date.now) {
    this.#source = source;
    this.#reratings = reratings;
    this.#files = new StatementFiles(directory);
    this.#nowMs = nowMs;
  }

  closed(): Promise<ClosedMonth[]> {
    return this.#files.closed();
  }

  async find(month: Month): Promise<ClosedMonth | undefined> {
    return (await this.closed()).find((one) => one.month.label === month.label);
  }

  /** The bytes that were closed. @throws CostspanError `PERIOD_CHANGED` */
  read(closed: ClosedMonth): Promise<Buffer<ArrayBuffer>> {
    return this.#files.read(closed);
  }

  /**
   * Closes a month; one that is closed is answered as it is.
   * @param isDry only says what would be closed
   * @throws CostspanError `PERIOD_OPEN` before its end, `PERIOD_ORDER` when another month comes first,
   *   `PERIOD_DELETED` when calls of it are deleted
   */
  close(month: Month, version: FocusVersion, isDry: boolean): Promise<StatementFacts> {
    const turn = this.#turn.then(() => this.#close(month, version, isDry));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #close(month: Month, version: FocusVersion, isDry: boolean): Promise<StatementFacts> {
    const closed = await this.closed();
    const same = closed.find((one) => one.month.label === month.label);
    if (same !== undefined) return same.facts;
    if (this.#nowMs() * 1000 < month.toUs) {
      throw new CostspanError('PERIOD_OPEN', `${month.label} is not over yet; months are those of UTC`);
    }
    const last = closed.at(-1);
    if (last !== undefined && monthAfter(last.month) !== month.label) {
      throw new CostspanError('PERIOD_ORDER', `${monthAfter(last.month)} is to be closed before ${month.label}`);
    }
    await this.#refuseDeleted(month);
    const asOfUs = await this.#source.newestUs();
    const statement = await makeStatement(this.#source, month, version, asOfUs, closed, this.#reratings);
    // Again: a deletion may have come in between.
    await this.#refuseDeleted(month);
    if (!isDry) await this.#files.keep(statement);
    return statement.facts;
  }

  /** A statement of the calls that are left would pass for the whole. */
  async #refuseDeleted({ label, fromUs, toUs }: Month): Promise<void> {
    const beforeUs = await this.#source.deletedBeforeUs({ fromUs, toUs, filters: [], asOfUs: 0 });
    if (beforeUs === undefined) return;
    throw new CostspanError(
      'PERIOD_DELETED',
      `calls from before ${formatInstantUs(beforeUs)} are deleted, so ${label} cannot be closed any more; raise retention.callsDays, or close earlier`,
    );
  }
}
