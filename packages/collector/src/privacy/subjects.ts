import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { appendFile, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { replaceFile } from '../access/replace-file.ts';

/** A person as one tag names it, with the key that makes the pseudonym. */
interface Subject {
  readonly tag: string;
  readonly value: string;
  /** 128 bits, base64url. */
  readonly key: string;
}

/** What is known of a person that was looked for. */
export interface KnownSubject {
  readonly tag: string;
  readonly pseudonym: string;
}

/** Where pseudonyms can be turned back; `undefined` for a ledger in memory. */
export function subjectFileOf(data: string): string | undefined {
  if (data === ':memory:') return undefined;
  return data.endsWith('.duckdb') ? `${data}.subjects.ndjson` : join(data, 'privacy', 'subjects.ndjson');
}

const KEY_BYTES = 16;
/** 128 bits: two persons never meet. */
const PSEUDONYM_DIGITS = 32;
export const PSEUDONYM = /^p_[0-9a-f]{32}$/;

/**
 * Persons and their pseudonyms. Each has a random key of its own, which stands in one file and nowhere else; without it a
 * pseudonym is a random text. Erasing a person takes the line with value and key out of the file: everything that was stored
 * stays as it is, adds up to what it did, and speaks of nobody.
 */
export class Subjects {
  readonly #path: string | undefined;
  readonly #max: number;
  readonly #subjects: Map<string, Subject & { readonly pseudonym: string }>;
  /** Lines that are not on the disk yet. */
  #unwritten: string[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string | undefined, max: number, subjects: readonly Subject[]) {
    this.#path = path;
    this.#max = max;
    this.#subjects = new Map(subjects.map((subject) => [nameOf(subject.tag, subject.value), known(subject)]));
  }

  /** @throws CostspanError `SUBJECTS_UNREADABLE` */
  static open(path: string | undefined, max: number): Subjects {
    if (path === undefined) return new Subjects(path, max, []);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      return new Subjects(path, max, readSubjects(path));
    } catch (cause) {
      const why = (cause as Error).message;
      throw new CostspanError(
        'SUBJECTS_UNREADABLE',
        `the persons behind pseudonyms cannot be read from ${path}: ${why}`,
        {
          cause,
        },
      );
    }
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** The same for the same person as long as it is not erased; `undefined` when there is no room for another one. */
  pseudonymOf(tag: string, value: string): string | undefined {
    const name = nameOf(tag, value);
    const found = this.#subjects.get(name);
    if (found !== undefined) return found.pseudonym;
    if (this.#subjects.size >= this.#max) return undefined;
    const subject = known({ tag, value, key: randomBytes(KEY_BYTES).toString('base64url') });
    this.#subjects.set(name, subject);
    this.#unwritten.push(lineOf(subject));
    return subject.pseudonym;
  }

  /**
   * Resolves when every pseudonym that was given is on the disk: before one is stored, so that none is ever without the line
   * that an erasure takes away. Rejects when the disk does not take it.
   */
  durable(): Promise<void> {
    if (this.#path === undefined || this.#unwritten.length === 0) return this.#writing;
    this.#writing = this.#writing.catch(() => {}).then(() => this.#append(this.#path as string));
    return this.#writing;
  }

  /** Everything that is known of a value; of one tag, or of all. */
  find(value: string, tag?: string): readonly KnownSubject[] {
    return [...this.#subjects.values()]
      .filter((subject) => subject.value === value && (tag ?? subject.tag) === subject.tag)
      .map((subject) => ({ tag: subject.tag, pseudonym: subject.pseudonym }));
  }

  /** Forgets a person. From then on nothing leads from the value to a pseudonym or back; should it come again, it is somebody new. */
  async erase(value: string, tag?: string): Promise<readonly KnownSubject[]> {
    await this.durable();
    const erased = this.find(value, tag);
    for (const each of erased) this.#subjects.delete(nameOf(each.tag, value));
    this.#unwritten = [];
    if (this.#path !== undefined) replaceFile(this.#path, [...this.#subjects.values()].map(lineOf).join(''));
    return erased;
  }

  async #append(path: string): Promise<void> {
    const lines = this.#unwritten;
    if (lines.length === 0) return;
    this.#unwritten = [];
    try {
      const file = await open(path, 'a', 0o600);
      try {
        await appendFile(file, lines.join(''));
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      // Written twice is the same person twice, and the first line counts.
      this.#unwritten = [...lines, ...this.#unwritten];
      throw error;
    }
  }
}

function known(subject: Subject): Subject & { readonly pseudonym: string } {
  const { tag, value, key } = subject;
  const digest = createHmac('sha256', Buffer.from(key, 'base64url')).update(nameOf(tag, value), 'utf8').digest('hex');
  return { ...subject, pseudonym: `p_${digest.slice(0, PSEUDONYM_DIGITS)}` };
}

function nameOf(tag: string, value: string): string {
  return `${tag}\0${value}`;
}

function lineOf({ tag, value, key }: Subject): string {
  return `${JSON.stringify({ tag, value, key })}\n`;
}

/** The last line may have been cut off by the end of the process: nothing was stored under it. */
function readSubjects(path: string): readonly Subject[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) replaceFile(path, whole);
  const subjects = new Map<string, Subject>();
  for (const line of whole.split('\n')) {
    if (line === '') continue;
    const { tag, value, key } = JSON.parse(line) as Record<string, unknown>;
    if (typeof tag !== 'string' || typeof value !== 'string' || typeof key !== 'string')
      throw new Error('a line names nobody');
    const name = nameOf(tag, value);
    if (!subjects.has(name)) subjects.set(name, { tag, value, key });
  }
  return [...subjects.values()];
}
