import { AsyncLocalStorage } from 'node:async_hooks';
import { COSTSPAN, GEN_AI, PROVIDER_NAMES } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';
import type { Failure } from '../failure.ts';
import type { Provider } from '../providers/provider.ts';
import { guarded, sayOnce } from '../say-once.ts';
import type { CallUse } from './call-use.ts';
import type { QuotaSettings } from './quota-config.ts';
import type { Admission, Admitted, Hold, QuotaAsk, QuotaGate, Refused } from './quota-gate.ts';
import { refusalError } from './refusal-error.ts';

/** A gate, and what the application wants of it. */
export interface QuotaPolicy {
  readonly gate: QuotaGate;
  readonly settings: QuotaSettings;
}

/** A request of an SDK as it stands before it is sent. */
export interface UnsentRequest {
  readonly signal?: AbortSignal | null | undefined;
  body?: unknown;
}

/** Another model's rules may point to a third; no further. */
const DOWNGRADES_MAX = 3;

const current = new AsyncLocalStorage<CallQuota>();

/** The decision that the request being made in this context waits for. */
export function callQuotaHere(): CallQuota | undefined {
  return current.getStore();
}

/**
 * The quota of one call: asked for when the SDK is about to send its first attempt, and settled when the call has ended,
 * however it ends. Its own async context and not OpenTelemetry's, which is empty where no SDK is set up.
 */
export class CallQuota {
  readonly #policy: QuotaPolicy;
  readonly #ask: QuotaAsk;
  readonly #client: object;
  readonly #provider: Provider;
  #decided: Promise<void> | undefined;
  #refused: Refused | undefined;
  #hold: Hold | undefined;
  #attributes: Attributes = {};
  #downgradedTo: string | undefined;
  #isOver = false;

  constructor(policy: QuotaPolicy, ask: QuotaAsk, client: object, provider: Provider) {
    this.#policy = policy;
    this.#ask = ask;
    this.#client = client;
    this.#provider = provider;
  }

  run<T>(request: () => T): T {
    return current.run(this, request);
  }

  /** What the decision adds to the span; nothing for a plain yes. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  get isRefused(): boolean {
    return this.#refused !== undefined;
  }

  /** The model that was asked instead of the application's. */
  get downgradedTo(): string | undefined {
    return this.#downgradedTo;
  }

  /** How a refused call failed. */
  get failure(): Failure | undefined {
    return this.#refused === undefined
      ? undefined
      : { outcome: 'error', type: codeOf(this.#refused), isUnbilled: true };
  }

  /**
   * Resolves when the request may be sent; further attempts of it do not ask again. An abort by the application ends the
   * wait, and the SDK then sends nothing.
   * @throws the refusal, as an error of the SDK's own classes.
   */
  async beforeSending(request: UnsentRequest): Promise<void> {
    this.#decided ??= this.#decide(request.signal ?? undefined);
    await this.#decided;
    if (this.#refused !== undefined) {
      throw refusalError(this.#client, this.#provider, this.#refused.refusal, codeOf(this.#refused));
    }
    // The SDK's own copy of the options, made for this one request: the application's parameters stay as they are.
    if (this.#downgradedTo !== undefined) request.body = { ...(request.body as object), model: this.#downgradedTo };
  }

  /** The call has ended and used this. */
  ended(use: CallUse): void {
    this.#isOver = true;
    this.#hold?.settle(use);
  }

  async #decide(signal: AbortSignal | undefined): Promise<void> {
    const answer = this.#policy.gate.admit(this.#ask);
    const admission = answer instanceof Promise ? await orAborted(answer, signal) : answer;
    if (admission !== undefined) await this.#take(admission, this.#ask, signal, 0);
  }

  async #take(admission: Admission, ask: QuotaAsk, signal: AbortSignal | undefined, downgrades: number): Promise<void> {
    if (admission.kind === 'deny') {
      this.#refused = admission;
      this.#attributes = {
        ...this.#attributes,
        [COSTSPAN.billable]: false,
        [COSTSPAN.quotaDecision]: 'deny',
        [COSTSPAN.quotaReason]: admission.reason,
        [COSTSPAN.quotaRules]: admission.ruleIds.join(','),
      };
      return;
    }
    const other = this.#modelInstead(admission, ask);
    if (other !== undefined && downgrades < DOWNGRADES_MAX) {
      admission.hold?.release();
      const next = { ...ask, id: `${this.#ask.id}~${downgrades + 1}`, call: { ...ask.call, model: other } };
      this.#downgradedTo = other;
      this.#warn(admission, other, true);
      const answer = this.#policy.gate.admit(next);
      const second = answer instanceof Promise ? await orAborted(answer, signal) : answer;
      if (second !== undefined) await this.#take(second, next, signal, downgrades + 1);
      return;
    }
    if (signal?.aborted === true || this.#isOver) {
      admission.hold?.release();
      return;
    }
    this.#hold = admission.hold;
    // A call that was sent to another model has had its word.
    if (downgrades === 0 && (admission.exceeded.length > 0 || admission.uncertain !== undefined)) {
      this.#warn(admission, admission.downgradeTo, false);
    }
  }

  /** The model to ask instead, when the application allows it and this client can ask it. */
  #modelInstead({ downgradeTo }: Admitted, { call }: QuotaAsk): string | undefined {
    if (downgradeTo === undefined || this.#policy.settings.allowDowngrade !== true) return undefined;
    const slash = downgradeTo.indexOf('/');
    const provider = downgradeTo.slice(0, Math.max(slash, 0));
    const isElsewhere = provider !== call.provider && (PROVIDER_NAMES as readonly string[]).includes(provider);
    if (isElsewhere) {
      sayOnce(
        `quota:downgrade:${downgradeTo}`,
        `quota: a rule says to ask ${downgradeTo} instead, which a client of ${call.provider} cannot; calls keep their model`,
      );
      return undefined;
    }
    const model = provider === call.provider ? downgradeTo.slice(slash + 1) : downgradeTo;
    return model === call.model ? undefined : model;
  }

  #warn({ exceeded, uncertain }: Admitted, instead: string | undefined, isDone: boolean): void {
    const attributes: Attributes = { [COSTSPAN.quotaDecision]: isDone ? 'downgrade' : 'warn' };
    if (exceeded.length > 0) {
      attributes[COSTSPAN.quotaReason] = 'limit';
      attributes[COSTSPAN.quotaRules] = [...new Set(exceeded.map((limit) => limit.rule_id))].join(',');
    }
    if (uncertain !== undefined) {
      attributes[COSTSPAN.quotaReason] ??= 'store_unreachable';
      attributes[COSTSPAN.quotaUncertain] = uncertain.mode;
    }
    if (isDone && instead !== undefined) {
      attributes[COSTSPAN.quotaModelAsked] = this.#ask.call.model;
      attributes[GEN_AI.requestModel] = instead;
    }
    // What the first of several decisions said stands, but for the model.
    this.#attributes = { ...attributes, ...this.#attributes, ...(isDone ? { [GEN_AI.requestModel]: instead } : {}) };
    const { onWarn } = this.#policy.settings;
    if (onWarn === undefined) return;
    const { call } = this.#ask;
    guarded('onWarn', () =>
      onWarn({
        call,
        exceeded,
        ...(instead === undefined ? {} : { downgrade: { model: instead, isDone } }),
        ...(uncertain === undefined ? {} : { uncertain }),
      }),
    );
  }
}

function codeOf({ reason }: Refused): string {
  return reason === 'limit' ? 'quota_exceeded' : reason;
}

/** The decision, or `undefined` when the application gives up first; whatever it held then is given back. */
function orAborted(answer: Promise<Admission>, signal: AbortSignal | undefined): Promise<Admission | undefined> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      resolve(undefined);
      void answer.then((late) => {
        if (late.kind === 'allow') late.hold?.release();
      });
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
