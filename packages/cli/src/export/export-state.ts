import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { CostspanError } from '@costspan/usage';

/** How far an export has come. Everything it counts is on the disk. */
export interface ExportState {
  /** What was asked, without where it goes. */
  readonly question: string;
  readonly asOf: string;
  /** Where the next part begins; `null` when nothing is left. */
  readonly cursor: string | null;
  readonly calls: number;
  readonly rows: number;
  readonly unpricedCalls: number;
  /** US dollars, an integer at 10⁻¹⁸ as text. */
  readonly costAtto: string;
  /** Of the file that is appended to. */
  readonly bytes: number;
  readonly files: readonly ExportedFile[];
}

export interface ExportedFile {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
}

/** @throws CostspanError `EXPORT_STATE` when there is one that cannot be read. */
export async function readState(path: string): Promise<ExportState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as ExportState;
  } catch (cause) {
    throw new CostspanError('EXPORT_STATE', `${path} is not the state of an export; remove it and begin with --force`, {
      cause,
    });
  }
}

/** Replaces the state as a whole: after a kill there is the old one or the new one. */
export async function writeState(path: string, state: ExportState): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(state), { flush: true });
  await rename(`${path}.new`, path);
}

export async function dropState(path: string): Promise<void> {
  await rm(path, { force: true });
}
