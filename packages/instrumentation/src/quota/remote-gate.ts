import { randomUUID } from 'node:crypto';
import { estimateTokens, type LimitJson, type Locale, type QuotaCall } from '@costspan/quota';
import { attoFromInteger } from '@costspan/usage';
import { guarded } from '../say-once.ts';
import { type Amounts, sumAmounts } from './amounts.ts';
import { AskedCollector } from './asked-collector.ts';
import { CallPrices } from './call-prices.ts';
import type { CallUse } from './call-use.ts';
import { type Decider, decideTogether, type ManyDecided, type WaitingCall } from './decide-together.ts';
import { type ApiDecision, amountsJson, DecisionApi } from './decision-api.ts';
import { endingOnce } from './ending-once.ts';
import { failedAdmission } from './failed-admission.ts';
import { GRANT_AGE_MS, GRANT_CALLS_MAX, Grant } from './grant.ts';
import { grantAgeMs, grantedSize, grantSize } from './grant-size.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Outbox } from './outbox.ts';
import type { QuotaSettings } from './quota-config.ts';
import type { Admission, Admitted, Hold, QuotaAsk, QuotaGate } from './quota-gate.ts';
import { KnownCalls, type SameCalls } from './same-calls.ts';
import { within } from './within.ts';

const SWEEP_MS = 1_000;
/** How long a process that ends waits for its last settlements. */
const CLOSE_MS = 3_000;
/** The least that a call can ask for: is there any room at all? */
const LEAST: Amounts = { requests: 1, tokens: 1, cost: attoFromInteger(1n) };

const NOTHING_HELD: Admitted = { kind: 'allow', exceeded: [], limits: [], headers: {} };

/**
 * Decides by the API of a collector. Calls that go on as before draw from grants that were fetched in the background; near a
 * limit, and the first time, each call asks by itself.
 */
export class RemoteGate implements QuotaGate {
  readonly #settings: QuotaSettings;
  readonly #api: DecisionApi;
  readonly #collector: AskedCollector;
  readonly #prices: CallPrices;
  readonly #outbox = new Outbox();
  readonly #leases: LeaseKeeper;
  readonly #known = new KnownCalls((same) => this.#giveUp(same));
  /** Grants that serve no new calls and whose last calls still run. */
  readonly #draining = new Map<Grant, QuotaCall>();
  readonly #renewals = new Set<Promise<void>>();
  readonly #sweeper: NodeJS.Timeout;
  #isClosed = false;

  constructor(url: string, settings: QuotaSettings) {
    this.#settings = settings;
    this.#api = new DecisionApi(url, settings);
    this.#collector = new AskedCollector(this.#api, settings.onFailure);
    this.#prices = new CallPrices(settings.prices);
    this.#leases = new LeaseKeeper((id, leaseMs) => this.#tell(id, 'extend', { lease_ms: leaseMs }));
    this.#sweeper = setInterval(() => guarded('looking after quota grants', () => this.#sweep()), SWEEP_MS).unref();
  }

  admit(ask: QuotaAsk): Admission | Promise<Admission> {
    const nowMs = performance.now();
    const same = this.#known.of(ask.call);
    same.seen(nowMs);
    const need = this.#needOf(ask, same);
    const drawn = this.#draw(ask, same, need, nowMs);
    if (drawn !== undefined) return drawn;
    return same.refusalOf(need, nowMs) ?? this.#ask(ask, same, need);
  }

  async check({ id, call }: Omit<QuotaAsk, 'size'>, locale: Locale): Promise<Admission> {
    const { grant, freeUntilMs } = this.#known.of(call);
    const nowMs = performance.now();
    if (nowMs < freeUntilMs || (grant !== undefined && !grant.isOver(nowMs))) return NOTHING_HELD;
    try {
      const decision = await this.#collector.reserve({ id, call, hold: LEAST }, locale);
      if (decision.kind === 'allow' && decision.body.lease_ms !== 0) this.#tell(id, 'release', {});
      return decision.kind === 'deny' ? decision : admitted(decision);
    } catch (cause) {
      return failedAdmission(this.#settings, cause, locale);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    await Promise.all(this.#renewals);
    for (const same of this.#known.all()) this.#giveUp(same);
    for (const [grant, call] of this.#draining) this.#settle(grant, call);
    this.#leases.stop();
    await this.#outbox.drained(CLOSE_MS);
    this.#api.close();
  }

  /** A decision that needs nobody: from a grant, or because no limit concerns such calls. */
  #draw(ask: QuotaAsk, same: SameCalls, need: Amounts, nowMs: number): Admitted | undefined {
    if (nowMs < same.freeUntilMs) return NOTHING_HELD;
    const { grant } = same;
    if (grant?.draw(need, nowMs) !== true) return undefined;
    if (grant.isLow(nowMs)) this.#renew(same, need);
    return { ...NOTHING_HELD, hold: this.#drawn(ask, grant, need) };
  }

  /** Calls of a kind that come while one is being decided wait, and are then decided together. */
  async #ask(ask: QuotaAsk, same: SameCalls, need: Amounts): Promise<Admission> {
    const decided = Promise.withResolvers<Admission>();
    const call: WaitingCall = { ask, need, resolve: decided.resolve };
    if (same.waiting === undefined) {
      same.waiting = [];
      void this.#serve(same, [call]);
      return decided.promise;
    }
    same.waiting.push({ ...call, need: this.#wholeNeed(ask) });
    try {
      return await within(decided.promise, this.#settings.timeoutMs);
    } catch (cause) {
      void decided.promise.then((late) => {
        if (late.kind === 'allow') late.hold?.release();
      });
      return failedAdmission(this.#settings, cause, this.#settings.locale);
    }
  }

  async #serve(same: SameCalls, calls: readonly WaitingCall[]): Promise<void> {
    const decider: Decider = {
      one: (call) => this.#decideOne(same, call),
      many: (together) => this.#decideMany(same, together),
    };
    let batch = calls;
    while (batch.length > 0) {
      const together = batch;
      // Without a price here, the collector must look at each of them.
      const isPriced = together.every(({ need }) => need.cost !== undefined);
      const decided = isPriced
        ? decideTogether(decider, together)
        : Promise.all(together.map((call) => decideTogether(decider, [call])));
      await decided.catch((cause: unknown) => {
        const failed = failedAdmission(this.#settings, cause, this.#settings.locale);
        for (const call of together) call.resolve(failed);
      });
      batch = same.waiting?.splice(0, GRANT_CALLS_MAX) ?? [];
    }
    same.waiting = undefined;
  }

  async #decideOne(same: SameCalls, { ask, need }: WaitingCall): Promise<Admission> {
    const { locale } = this.#settings;
    try {
      let decision = await this.#collector.reserve(ask, locale);
      // What this process holds in advance must not be what refuses its calls.
      if (decision.kind === 'deny' && (await this.#returnGrants(decision.refusal.body.exceeded))) {
        decision = await this.#collector.reserve(ask, locale);
      }
      const nowMs = performance.now();
      if (decision.kind === 'deny') {
        same.refuse(decision, need, nowMs);
        return decision;
      }
      same.learn(decision.body);
      const { limits, exceeded, uncertain, lease_ms: leaseMs = 0, id } = decision.body;
      if (limits.length === 0 && uncertain === undefined) same.freeUntilMs = nowMs + GRANT_AGE_MS / 2;
      else if (exceeded.length === 0 && same.isBusy) this.#renew(same, this.#needOf(ask, same));
      return { ...admitted(decision), ...(leaseMs === 0 ? {} : { hold: this.#single(id, ask, leaseMs) }) };
    } catch (cause) {
      return failedAdmission(this.#settings, cause, locale);
    }
  }

  /** @throws while the collector is away. */
  async #decideMany(same: SameCalls, calls: readonly WaitingCall[]): Promise<ManyDecided> {
    const id = `grant-${randomUUID()}`;
    const hold = sumAmounts(calls.map(({ need }) => need));
    const decision = await this.#collector.reserve({ id, call: same.call, hold }, this.#settings.locale);
    if (decision.kind === 'deny') {
      const { exceeded } = decision.refusal.body;
      if (await this.#returnGrants(exceeded)) return this.#decideMany(same, calls);
      return { kind: 'deny', exceeded };
    }
    same.learn(decision.body);
    const { limits, lease_ms: leaseMs = 0 } = decision.body;
    const plain = admitted(decision);
    if (leaseMs === 0) return { kind: 'allow', admissions: calls.map(() => plain) };
    const nowMs = performance.now();
    const grant = new Grant(id, grantedSize(limits, hold), leaseMs, nowMs, nowMs + grantAgeMs(limits, Date.now()));
    this.#leases.keep(id, leaseMs);
    const admissions = calls.map(({ ask, need }) => {
      grant.take(need);
      return { ...plain, hold: this.#drawn(ask, grant, need) };
    });
    // It was made to measure: nothing is left for others.
    this.#draining.set(grant, same.call);
    return { kind: 'allow', admissions };
  }

  /** Fetches a grant in the background. One at a time for calls of a kind. */
  #renew(same: SameCalls, need: Amounts): void {
    if (this.#settings.grants === false || same.isRenewing || this.#isClosed) return;
    const hold = grantSize(same.limits, need, same.callsPerSecond);
    if (hold === undefined) return;
    same.isRenewing = true;
    const id = `grant-${randomUUID()}`;
    const renewed = this.#collector
      .reserve({ id, call: same.call, hold }, this.#settings.locale)
      .then((decision) => {
        if (decision.kind === 'deny') return;
        same.learn(decision.body);
        const { limits, exceeded, uncertain, lease_ms: leaseMs = 0 } = decision.body;
        if (leaseMs === 0) return;
        if (this.#isClosed || exceeded.length > 0 || uncertain !== undefined || limits.length === 0) {
          this.#tell(id, 'release', {});
          return;
        }
        this.#giveUp(same);
        const nowMs = performance.now();
        same.grant = new Grant(id, grantedSize(limits, hold), leaseMs, nowMs, nowMs + grantAgeMs(limits, Date.now()));
        this.#leases.keep(id, leaseMs);
      })
      .catch(() => undefined)
      .finally(() => {
        same.isRenewing = false;
        this.#renewals.delete(renewed);
      });
    this.#renewals.add(renewed);
  }

  #drawn({ id, call }: QuotaAsk, grant: Grant, need: Amounts): Hold {
    const atMs = Date.now();
    return endingOnce((use) => {
      if (use === undefined) grant.returned(need);
      else grant.ended(id, need, this.#usedBy(call, use, atMs), atMs);
      if (this.#draining.has(grant) && grant.isIdle) this.#settle(grant, call);
    });
  }

  #single(id: string, { call }: QuotaAsk, leaseMs: number): Hold {
    const atMs = Date.now();
    this.#leases.keep(id, leaseMs);
    return endingOnce((use) => {
      this.#leases.drop(id);
      if (use === undefined) this.#tell(id, 'release', {});
      else this.#tell(id, 'settle', amountsJson(this.#usedBy(call, use, atMs)));
    });
  }

  #usedBy(call: QuotaCall, use: CallUse, atMs: number): Amounts {
    return { requests: 1, ...this.#prices.usedBy(call, use, atMs) };
  }

  /** The grant of such calls serves no more of them. */
  #giveUp(same: SameCalls): void {
    const { grant } = same;
    if (grant === undefined) return;
    same.grant = undefined;
    if (grant.isIdle) this.#settle(grant, same.call);
    else this.#draining.set(grant, same.call);
  }

  /** Gives the rest back and tells each call by its own id, as the collector may know it by its span already. */
  #settle(grant: Grant, call: QuotaCall): void {
    this.#draining.delete(grant);
    this.#leases.drop(grant.id);
    this.#outbox.tell(() => this.#api.settleGrant(grant.id, call, grant.calls));
  }

  /** Gives back the grants that hold something of these limits. @returns whether there was one. */
  async #returnGrants(exceeded: readonly LimitJson[]): Promise<boolean> {
    const full = new Set(exceeded.map(poolOf));
    const holders = [...this.#known.all()].filter(
      ({ grant, limits }) => grant !== undefined && limits.some((limit) => full.has(poolOf(limit))),
    );
    if (holders.length === 0) return false;
    for (const same of holders) this.#giveUp(same);
    await this.#outbox.drained(this.#settings.timeoutMs);
    return true;
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const same of this.#known.all()) if (same.grant?.isOver(nowMs) === true) this.#giveUp(same);
    this.#known.forgetIdle(nowMs);
  }

  #tell(id: string, what: 'settle' | 'release' | 'extend', body: object): void {
    this.#outbox.tell(async () => {
      await this.#api.tell(id, what, body);
    });
  }

  /** In the units that limits count, as far as that is known. */
  #needOf(ask: QuotaAsk, { units }: SameCalls): Amounts {
    if (!units.has('tokens') && !units.has('cost')) return { requests: 1 };
    const { requests, tokens, cost } = this.#wholeNeed(ask);
    return { requests, ...(units.has('tokens') ? { tokens } : {}), ...(units.has('cost') ? { cost } : {}) };
  }

  #wholeNeed({ call, size }: QuotaAsk): Amounts {
    const estimate = estimateTokens(size, 'bounded');
    return {
      requests: 1,
      tokens: estimate.inputTokens + estimate.outputTokens,
      cost: this.#prices.priceOf(call, estimate, Date.now()),
    };
  }
}

function admitted({ body, headers }: ApiDecision & { readonly kind: 'allow' }): Admitted {
  const { exceeded, limits, downgrade_to: downgradeTo, uncertain } = body;
  return {
    kind: 'allow',
    exceeded,
    limits,
    headers,
    ...(downgradeTo === undefined ? {} : { downgradeTo }),
    ...(uncertain === undefined ? {} : { uncertain: uncertain as NonNullable<Admitted['uncertain']> }),
  };
}

function poolOf({ rule_id, unit, per, window, bucket }: LimitJson): string {
  return JSON.stringify([rule_id, unit, per, window, bucket]);
}
