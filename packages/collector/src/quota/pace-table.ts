import { type HourProfile, linearPace, type Pace, seasonalPace, type Window } from '@costspan/quota';

/** Paces that are kept; a rule has one for each of its windows and zones. */
const PACES_MAX = 1000;

/**
 * Paces by what they are made of. One of a month adds up 720 hours, and thousands of budgets of a rule share it: worked out anew
 * for each, the paces of 10,000 budgets took half a minute.
 */
export class PaceTable {
  #profile: HourProfile | undefined;
  readonly #paces = new Map<string, Pace>();

  /** By habit where there is a profile. */
  paceOf(window: Window, timezone: string, profile: HourProfile | undefined): Pace {
    if (profile === undefined) return linearPace(window);
    if (profile !== this.#profile || this.#paces.size >= PACES_MAX) this.#paces.clear();
    this.#profile = profile;
    const key = `${window.startMs} ${window.endMs} ${timezone}`;
    let pace = this.#paces.get(key);
    if (pace === undefined) {
      pace = seasonalPace(window, timezone, profile);
      this.#paces.set(key, pace);
    }
    return pace;
  }
}
