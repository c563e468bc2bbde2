import {
  type Allowed,
  type Decision,
  decisionToJson,
  explainDecision,
  type LimitJson,
  type Locale,
  limitToJson,
  MemoryStore,
  Quota,
  type RuleSet,
  rateLimitHeaders,
  refusalOf,
} from '@costspan/quota';
import { attoFromInteger } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';
import { CallPrices } from './call-prices.ts';
import type { CallUse } from './call-use.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { QuotaSettings } from './quota-config.ts';
import type { Admission, Admitted, Hold, QuotaAsk, QuotaGate } from './quota-gate.ts';
import { within } from './within.ts';

const FLUSH_INTERVAL_MS = 1_000;
/** How long a process that ends waits for its last settlements. */
const CLOSE_MS = 3_000;
/** The least that a call can ask for: is there any room at all? */
const LEAST = { requests: 1, tokens: 1, cost: attoFromInteger(1n) };

/** Decides in this process, by rules and a store: its own memory, or Redis shared with others. */
export class LocalGate implements QuotaGate {
  readonly #quota: Quota;
  readonly #prices: CallPrices;
  readonly #settings: QuotaSettings;
  readonly #isShared: boolean;
  readonly #leases: LeaseKeeper;
  /** What is being told to a store in another process. */
  readonly #telling = new Set<Promise<unknown>>();
  #flusher: NodeJS.Timeout | undefined;

  constructor(rules: RuleSet, settings: QuotaSettings) {
    // Ids are spans’ own and each hold ends once, so that ended calls need not be remembered.
    const { store = new MemoryStore({ endedKeptMs: 0 }), replicas = 1 } = settings;
    this.#prices = new CallPrices(settings.prices);
    this.#quota = new Quota({ rules, store, replicas, priceOf: this.#prices.priceOf });
    this.#settings = settings;
    this.#isShared = !(store instanceof MemoryStore);
    this.#leases = new LeaseKeeper((id, leaseMs) => this.#tell(this.#quota.extend(id, Date.now(), leaseMs)));
  }

  admit(ask: QuotaAsk): Admission | Promise<Admission> {
    const nowMs = Date.now();
    const admitted = (decision: Decision) =>
      this.#admission(decision, nowMs, this.#settings.locale, () => this.#hold(ask, nowMs, decision));
    const decided = this.#quota.reserve(ask, nowMs, this.#patience());
    return decided instanceof Promise ? decided.then(admitted) : admitted(decided);
  }

  async check({ id, call }: Omit<QuotaAsk, 'size'>, locale: Locale): Promise<Admission> {
    const nowMs = Date.now();
    const request = { id, call, hold: LEAST };
    try {
      const explained = explainDecision(this.#quota, request, nowMs);
      const { decisions, evaluation } = await within(explained, this.#settings.timeoutMs);
      return this.#admission(decisions[evaluation], nowMs, locale);
    } catch {
      // The store is away. Each rule says what happens then, and a reservation is how it is asked.
      const decision = await this.#quota.reserve(request, nowMs, this.#patience());
      if (decision.kind === 'allow') this.#tell(this.#quota.release(id, nowMs));
      return this.#admission(decision, nowMs, locale);
    }
  }

  async close(): Promise<void> {
    this.#leases.stop();
    clearInterval(this.#flusher);
    await within(
      Promise.allSettled(this.#telling).then(() => this.#quota.flush()),
      CLOSE_MS,
    ).catch(() => undefined);
  }

  #admission(decision: Decision, nowMs: number, locale: Locale, hold?: () => Hold): Admission {
    if (decision.kind === 'deny') {
      const { reason, ruleId } = decision;
      const blocking = decision.exceeded.filter(({ effect }) => effect === 'blocks').map((state) => state.ruleId);
      const ruleIds = blocking.length === 0 ? [ruleId] : [...new Set(blocking)];
      return { kind: 'deny', reason, ruleIds, refusal: refusalOf(decision, nowMs, { locale }) };
    }
    return new AdmittedHere(decision, nowMs, decision.leaseMs === 0 ? undefined : hold?.());
  }

  #hold({ id, call }: QuotaAsk, atMs: number, decision: Decision): Hold {
    if (decision.kind === 'allow' && !this.#leases.keep(id, decision.leaseMs)) {
      sayOnce('quota:leases', 'quota: too many calls run at once to keep all their reservations; some run out early');
    }
    let isOver = false;
    const end = (tell: () => Promise<unknown>): void => {
      if (isOver) return;
      isOver = true;
      this.#leases.drop(id);
      this.#tell(tell());
    };
    return {
      settle: (use: CallUse) => end(() => this.#quota.settle(id, this.#prices.usedBy(call, use, atMs), Date.now())),
      release: () => end(() => this.#quota.release(id, Date.now())),
    };
  }

  /** A store in this process answers at once; a timer for it would cost more than the decision. */
  #patience(): AbortSignal | undefined {
    return this.#isShared ? AbortSignal.timeout(this.#settings.timeoutMs) : undefined;
  }

  /** `Quota` keeps what a store that is away must still be told; here it is told when the store is back. */
  #tell(told: Promise<unknown>): void {
    this.#telling.add(told);
    void told.finally(() => {
      this.#telling.delete(told);
      if (this.#quota.figures.owed > 0) this.#flusher ??= setInterval(() => this.#flush(), FLUSH_INTERVAL_MS).unref();
    });
  }

  #flush(): void {
    void this.#quota.flush().then((isPaid) => {
      if (!isPaid) return;
      clearInterval(this.#flusher);
      this.#flusher = undefined;
    });
  }
}

/** A class, as getters in an object literal would keep each decision until a full collection (see `judge` of `@costspan/quota`). */
class AdmittedHere implements Admitted {
  readonly kind = 'allow';
  readonly exceeded: readonly LimitJson[];
  readonly downgradeTo?: string;
  readonly uncertain?: NonNullable<Admitted['uncertain']>;
  readonly hold?: Hold;
  readonly #decision: Allowed;
  readonly #nowMs: number;

  constructor(decision: Allowed, nowMs: number, hold: Hold | undefined) {
    this.#decision = decision;
    this.#nowMs = nowMs;
    const isPlain = decision.exceeded.length === 0 && decision.uncertain === undefined;
    const json = isPlain ? undefined : decisionToJson(decision);
    this.exceeded = json?.exceeded ?? [];
    if (decision.downgradeTo !== undefined) this.downgradeTo = decision.downgradeTo;
    if (decision.uncertain !== undefined) {
      this.uncertain = { mode: decision.uncertain.mode, cause: json?.uncertain?.cause ?? '' };
    }
    if (hold !== undefined) this.hold = hold;
  }

  get limits(): readonly LimitJson[] {
    return this.#decision.limits.map(limitToJson);
  }

  get headers(): Readonly<Record<string, string>> {
    return rateLimitHeaders(this.#decision.limits, this.#nowMs);
  }
}
