import type { Locale } from '@costspan/quota';
import { sayOnce } from '../say-once.ts';
import { type ApiAsk, type ApiDecision, type DecisionApi, UnusableAskError } from './decision-api.ts';

/** After a failure nobody is asked for so long, so that calls do not wait for a collector that is away. */
const DOWN_MS = 1_000;

/** A collector that is asked for decisions, and left alone for a moment when it cannot answer. */
export class AskedCollector {
  readonly #api: DecisionApi;
  readonly #onFailure: string;
  #downUntilMs = 0;
  #downCause: unknown;

  constructor(api: DecisionApi, onFailure: string) {
    this.#api = api;
    this.#onFailure = onFailure;
  }

  /** @throws while the collector is away. */
  async reserve(ask: ApiAsk, locale: Locale): Promise<ApiDecision> {
    if (performance.now() < this.#downUntilMs) throw this.#downCause;
    try {
      return await this.#api.reserve(ask, locale);
    } catch (cause) {
      if (cause instanceof UnusableAskError) throw cause;
      this.#downUntilMs = performance.now() + DOWN_MS;
      this.#downCause = cause;
      sayOnce(
        'quota:down',
        `quota: the decision API cannot be used; calls then follow onFailure: ${this.#onFailure}`,
        cause,
      );
      throw cause;
    }
  }
}
