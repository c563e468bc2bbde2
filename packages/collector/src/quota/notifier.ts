import { type AlertDigest, claimAlerts, digestAlerts } from '@costspan/quota';
import { backoffMs } from '../exporters/retry.ts';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { digestMessage, digestText, type StoreNews, storeMessage } from './alert-message.ts';
import type { AlertTargetConfig } from './quota-config.ts';
import type { QuotaDesk } from './quota-desk.ts';
import type { ToldAlerts } from './told-alerts.ts';

export interface NotifierOptions {
  readonly desk: QuotaDesk;
  readonly targets: readonly AlertTargetConfig[];
  readonly told: ToldAlerts;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  readonly intervalMs: number;
  /** Waits between the attempts of one post; the first is the base. */
  readonly retryMs?: number;
}

/** Alerts of one round. What is left waits for the next. */
const ROUND_MAX = 10_000;
/** Alerts of one post, so that no receiver refuses it for its size. */
const POST_MAX = 1000;
/** Those that were not told are given out again, to whichever replica asks. */
const HOLD_MS = 60_000;
const ATTEMPTS = 3;
/** Beyond it a target may be told again what another has not taken. */
const DELIVERED_MAX = 200_000;

/**
 * Tells crossed thresholds, each once. An alert is confirmed after every target has it, so one that dies in between is
 * told again by whoever is left; a target that has it already is left out then.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #timer: NodeJS.Timeout;
  /** Targets that have an alert which another target has not yet: `target\nid`. */
  readonly #delivered = new Set<string>();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #news: StoreNews[] = [];

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#start(), options.intervalMs).unref();
  }

  /** The counters have gone away, or are back. Told in the background. */
  tell(news: StoreNews): void {
    // A store that flutters is told as it is in the end.
    this.#news = [news];
    this.#start();
  }

  /** One round: everything that can be told now is. */
  async round(nowMs: number): Promise<void> {
    const { desk, told } = this.#options;
    for (const news of this.#news.splice(0)) await this.#tellNews(news);
    const claimed = await claimAlerts(desk.quota, ROUND_MAX, nowMs, HOLD_MS);
    const known = claimed.filter(({ id }) => told.has(id)).map(({ id }) => id);
    if (known.length > 0) await desk.quota.store.confirmAlerts(known);
    const failed = new Set<string>();
    for (const digest of digestAlerts(claimed.filter(({ id }) => !told.has(id))))
      await this.#tellDigest(digest, failed);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  #start(): void {
    if (this.#stop.signal.aborted) return;
    // A store that is away is said by whoever watches it.
    this.#running ??= this.round(Date.now())
      .catch(() => {})
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #tellNews(news: StoreNews): Promise<void> {
    await Promise.all(this.#options.targets.map((target) => this.#post(target, storeMessage(news, target.format))));
  }

  async #tellDigest(digest: AlertDigest, failed: Set<string>): Promise<void> {
    const { desk, told, metrics, notices } = this.#options;
    const targets = this.#targetsOf(digest);
    const ids = digest.alerts.map(({ id }) => id);
    if (targets.length === 0) notices.tell(digestText(digest).replaceAll('\n', ' '));
    await Promise.all(
      targets.map(async (target) => {
        // The next round comes to what a receiver that is down has not taken.
        if (failed.has(target.name) || (await this.#deliver(target, digest))) return;
        failed.add(target.name);
        metrics.add('quotaAlertFailures');
      }),
    );
    if (targets.some(({ name }) => failed.has(name))) return;
    await told.add(ids);
    await desk.quota.store.confirmAlerts(ids);
    for (const target of targets) for (const id of ids) this.#delivered.delete(`${target.name}\n${id}`);
    metrics.add('quotaAlertsTold', ids.length);
  }

  /** The targets that the rule names; all of them when it names none of ours. */
  #targetsOf({ notify }: AlertDigest): readonly AlertTargetConfig[] {
    const { targets } = this.#options;
    const words = notify.flatMap(namesIn);
    const named = targets.filter(({ name }) => words.includes(name));
    return named.length > 0 ? named : targets;
  }

  async #deliver(target: AlertTargetConfig, { alerts }: AlertDigest): Promise<boolean> {
    const fresh = alerts.filter(({ id }) => !this.#delivered.has(`${target.name}\n${id}`));
    // Slack shows one message that says how many there are.
    const partMax = target.format === 'slack' ? fresh.length : POST_MAX;
    for (let at = 0; at < fresh.length; at += partMax) {
      const part = fresh.slice(at, at + partMax);
      const [own] = digestAlerts(part) as [AlertDigest];
      if (!(await this.#post(target, digestMessage(own, target.format)))) return false;
      if (this.#delivered.size > DELIVERED_MAX) this.#delivered.clear();
      for (const { id } of part) this.#delivered.add(`${target.name}\n${id}`);
    }
    return true;
  }

  async #post({ name, url, headers, timeoutMs }: AlertTargetConfig, message: object): Promise<boolean> {
    const { notices, retryMs = 1000 } = this.#options;
    const topic = `alerts ${name}`;
    let why = '';
    for (let attempt = 0; attempt < ATTEMPTS && !this.#stop.signal.aborted; attempt += 1) {
      if (attempt > 0)
        await this.#wait(
          backoffMs(attempt - 1, { delayMs: retryMs, delayMsMax: 30_000, elapsedMsMax: 0 }, Math.random()),
        );
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(message),
          redirect: 'manual',
          signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]),
        });
        await response.body?.cancel();
        if (response.ok) {
          notices.over(topic, `alerts to ${name} arrive again`);
          return true;
        }
        why = `it answered ${response.status}`;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
    // The URL of a webhook is a secret.
    notices.once(topic, `alerts to ${name} do not arrive: ${why}; they are tried again every minute (said once)`);
    return false;
  }

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      const stop = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#stop.signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** `notify: [slack-spend]`, `[{ slack: spend }]` and gateways' `{ type, notification_channel }` all name by some text. */
function namesIn(word: unknown): readonly string[] {
  if (typeof word === 'string') return [word];
  if (typeof word !== 'object' || word === null) return [];
  return Object.entries(word).flatMap(([key, value]) => [key, ...namesIn(value)]);
}
