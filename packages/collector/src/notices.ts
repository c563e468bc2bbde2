/** Where a sentence for the operator goes. */
export type Say = (message: string) => void;

/** Says the same kind of trouble once, until it is over. */
export class Notices {
  readonly #say: Say;
  readonly #said = new Set<string>();

  constructor(say: Say) {
    this.#say = say;
  }

  /** `topic` is one of a fixed few; it never holds outside data. */
  once(topic: string, message: string): void {
    if (this.#said.has(topic)) return;
    this.#said.add(topic);
    this.#say(message);
  }

  /** Something worth knowing that is no trouble. */
  tell(message: string): void {
    this.#say(message);
  }

  /** The trouble is over; the next one is said again. */
  over(topic: string, message: string): void {
    if (this.#said.delete(topic)) this.#say(message);
  }
}

/** One line on standard error, which is where a server's progress belongs. */
export function sayOnStderr(message: string): void {
  process.stderr.write(`costspan collector: ${message}\n`);
}
