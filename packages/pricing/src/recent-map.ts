/**
 * A bounded memory of the most recently used entries, in two generations: when the young one is full it becomes the old
 * one, and the old one is forgotten. A stream of names that never repeat costs two map writes each and no growth.
 */
export class RecentMap<V> {
  /** How often a generation was forgotten. Rises under a stream of names that do not repeat. */
  turnovers = 0;
  private young = new Map<string, V>();
  private old = new Map<string, V>();
  private readonly generationMax: number;

  /** Holds at most twice `generationMax` entries. */
  constructor(generationMax: number) {
    this.generationMax = generationMax;
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  get(key: string): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: V): void {
    if (this.young.size >= this.generationMax) {
      this.old = this.young;
      this.young = new Map();
      this.turnovers += 1;
    }
    this.young.set(key, value);
  }
}
