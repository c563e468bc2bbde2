import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';

/** Who asked for what, and what became of it. Never holds a secret, a question or an answer. */
export interface AuditEntry {
  readonly atMs: number;
  /** The public part of the key; `null` for a request without one that is in force. */
  readonly key: string | null;
  readonly role?: string;
  readonly customers?: readonly string[];
  readonly method: string;
  /** As the door is written, so that no outside text is in it. */
  readonly route: string;
  readonly status: number;
  readonly requestId?: string;
}

export interface AuditLogOptions {
  readonly path: string;
  /** Of both files: the one that is written and the one before. */
  readonly bytesMax: number;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
}

/** Lines that wait for the disk. */
const WAITING_MAX = 10_000;
const FLUSH_INTERVAL_MS = 250;
/** Requests without a key that are written in a minute: whoever sends millions must not push the others out of the file. */
const NAMELESS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
const TOPIC = 'audit log';

/** Appends NDJSON. When half of the bytes are full, the file becomes `<path>.1` in the place of the one before. */
export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #timer: NodeJS.Timeout;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #nameless = { minute: 0, count: 0, omitted: 0 };

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  write(entry: AuditEntry): void {
    const { metrics } = this.#options;
    const omitted = this.#omittedBefore(entry);
    if (omitted === undefined || this.#waiting.length >= WAITING_MAX) {
      metrics.add('auditOmitted');
      return;
    }
    this.#waiting.push(auditLine(entry, omitted));
  }

  /** Resolves when what was written before is in the file, or could not be written. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** How many nameless requests were left out since the last line about one; `undefined` when this one is to be left out. */
  #omittedBefore({ key, atMs }: AuditEntry): number | undefined {
    if (key !== null) return 0;
    const minute = Math.floor(atMs / MINUTE_MS);
    const { omitted } = this.#nameless;
    if (minute !== this.#nameless.minute) {
      this.#nameless = { minute, count: 1, omitted: 0 };
      return omitted;
    }
    if (this.#nameless.count >= NAMELESS_PER_MINUTE) {
      this.#nameless.omitted += 1;
      return undefined;
    }
    this.#nameless.count += 1;
    return 0;
  }

  async #append(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    const { path, bytesMax, metrics, notices } = this.#options;
    try {
      await appendAuditText(path, lines.join(''), bytesMax);
      notices.over(TOPIC, 'the audit log is written again');
    } catch (error) {
      metrics.add('auditOmitted', lines.length);
      notices.once(TOPIC, `the audit log cannot be written, and requests go on: ${(error as Error).message}`);
    }
  }
}

/** One line of the log. */
function auditLine(entry: AuditEntry, omitted = 0): string {
  const { atMs, key, role, customers, method, route, status, requestId } = entry;
  const line = {
    at: new Date(atMs).toISOString(),
    key,
    role,
    customers,
    method,
    route,
    status,
    request_id: requestId,
    ...(omitted === 0 ? {} : { nameless_omitted_before: omitted }),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Appends to the log, and begins a new one when this one has half of the bytes. */
export async function appendAuditText(path: string, text: string, bytesMax: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0 && size + Buffer.byteLength(text) > bytesMax / 2) await rename(path, `${path}.1`);
  await appendFile(path, text, { mode: 0o600 });
}
