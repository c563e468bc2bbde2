import { readFile } from 'node:fs/promises';
import type { Locale } from '@costspan/quota';
import { sayOnce } from '../say-once.ts';
import { failedAdmission } from './failed-admission.ts';
import type { QuotaSettings } from './quota-config.ts';
import type { Admission, QuotaAsk, QuotaGate } from './quota-gate.ts';
import { within } from './within.ts';

/**
 * The gate that the settings describe. Rules, prices and what decides by them are loaded in the background, so that a process
 * without quotas pays nothing for them; calls that come before wait for that, within `timeoutMs`.
 */
export function openGate(settings: QuotaSettings): QuotaGate {
  return new OpeningGate(settings);
}

class OpeningGate implements QuotaGate {
  readonly #settings: QuotaSettings;
  readonly #opening: Promise<QuotaGate>;
  #gate: QuotaGate | undefined;

  constructor(settings: QuotaSettings) {
    this.#settings = settings;
    this.#opening = load(settings).then(
      (gate) => {
        this.#gate = gate;
        return gate;
      },
      (cause: unknown) => {
        const then =
          settings.onFailure === 'open' ? 'no quota is enforced' : 'every call is refused (onFailure: closed)';
        sayOnce('quota:open', `quota: ${cause instanceof Error ? cause.message : String(cause)}; ${then}`);
        this.#gate = new ShutGate(settings, cause);
        return this.#gate;
      },
    );
  }

  admit(ask: QuotaAsk): Admission | Promise<Admission> {
    return this.#gate?.admit(ask) ?? this.#afterOpening((gate) => gate.admit(ask), this.#settings.locale);
  }

  check(ask: Omit<QuotaAsk, 'size'>, locale: Locale): Promise<Admission> {
    return this.#gate?.check(ask, locale) ?? this.#afterOpening((gate) => gate.check(ask, locale), locale);
  }

  async close(): Promise<void> {
    await (await this.#opening).close();
  }

  async #afterOpening(ask: (gate: QuotaGate) => Admission | Promise<Admission>, locale: Locale): Promise<Admission> {
    try {
      return await ask(await within(this.#opening, this.#settings.timeoutMs));
    } catch (cause) {
      return failedAdmission(this.#settings, cause, locale);
    }
  }
}

/** Stands for a gate that could not be made. */
class ShutGate implements QuotaGate {
  readonly #settings: QuotaSettings;
  readonly #cause: unknown;

  constructor(settings: QuotaSettings, cause: unknown) {
    this.#settings = settings;
    this.#cause = cause;
  }

  admit(): Admission {
    return failedAdmission(this.#settings, this.#cause, this.#settings.locale);
  }

  async check(_ask: Omit<QuotaAsk, 'size'>, locale: Locale): Promise<Admission> {
    return failedAdmission(this.#settings, this.#cause, locale);
  }

  async close(): Promise<void> {}
}

async function load(settings: QuotaSettings): Promise<QuotaGate> {
  const { source } = settings;
  if (source.kind === 'url') {
    const { RemoteGate } = await import('./remote-gate.ts');
    return new RemoteGate(source.url, settings);
  }
  const [{ parseRules }, { LocalGate }, text] = await Promise.all([
    import('@costspan/quota'),
    import('./local-gate.ts'),
    typeof source.rules === 'string' ? readFile(source.rules, 'utf8') : undefined,
  ]);
  const rules = typeof source.rules === 'string' ? parseRules(text ?? '', source.rules) : source.rules;
  return new LocalGate(rules, settings);
}
