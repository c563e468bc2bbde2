import { GEN_AI_SCHEMA_URL } from '@costspan/usage';
import { type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationModuleDefinition,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import {
  type CallObserver,
  type CallSettings,
  type CostspanInstrumentationConfig,
  callSettings,
} from './call-settings.ts';
import { installEsmHook } from './esm-hook.ts';
import { joinAiSdkTelemetry, leaveAiSdkTelemetry } from './frameworks/ai-sdk/join-telemetry.ts';
import { loadedModules } from './loaded-modules.ts';
import { addObserver, currentObserver, removeObserver } from './observers.ts';
import { adoptModule, patchAll, restoreAll } from './patches.ts';
import { PROVIDERS } from './providers/index.ts';
import type { QuotaPolicy } from './quota/call-quota.ts';
import { openGate } from './quota/open-gate.ts';
import { quotaSettings } from './quota/quota-config.ts';
import { guarded } from './say-once.ts';
import { UsageSink } from './usage-sink/usage-sink.ts';
import { VERSION } from './version.ts';

const NAME = '@costspan/instrumentation';

/**
 * Makes one span of every LLM call, with who it was for (tags) and what it used. Works in
 * `new NodeSDK({ instrumentations: [new CostspanInstrumentation()] })`, under `registerInstrumentations` and alone.
 * Create it before the provider SDKs are imported: ES modules that were imported earlier are not seen.
 */
export class CostspanInstrumentation extends InstrumentationBase<CostspanInstrumentationConfig> {
  // The base constructor calls `init` and `enable` before fields of a subclass would exist, and fields would then reset
  // what those set. So there are only declarations here.
  declare private observer: MutableObserver | undefined;

  constructor(config: CostspanInstrumentationConfig = {}) {
    super(NAME, VERSION, config);
  }

  protected override init(): InstrumentationModuleDefinition[] {
    return PROVIDERS.map((provider) => {
      const definition: InstrumentationModuleDefinition = new InstrumentationNodeModuleDefinition(
        provider.library,
        ['*'],
        (exports, version) => {
          guarded(`patching ${provider.library}`, () => adoptModule(provider, exports, version));
          return exports;
        },
      );
      definition.includePrerelease = true;
      return definition;
    });
  }

  override enable(): void {
    if (this.isEnabled()) return;
    if (this._config.esmHook !== false) guarded('installing the ES module hook', installEsmHook);
    const observer = this.ownObserver();
    observer.quota ??= quotaPolicy(this._config);
    observer.sink ??= usageSink(this._config);
    addObserver(observer);
    super.enable();
    guarded('patching', adoptLoaded);
    guarded('patching', patchAll);
    guarded('joining the AI SDK', joinAiSdkTelemetry);
  }

  override disable(): void {
    if (!this.isEnabled()) return;
    removeObserver(this.ownObserver());
    super.disable();
    void this.shutdown();
    if (currentObserver() !== undefined) return;
    guarded('restoring', restoreAll);
    guarded('leaving the AI SDK', leaveAiSdkTelemetry);
  }

  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    this.ownObserver().tracer = tracerOf(provider);
  }

  override setConfig(config: CostspanInstrumentationConfig): void {
    const isSameQuota = this._config?.quota === config.quota;
    const isSameSink = this._config?.usageSink === config.usageSink;
    super.setConfig(config);
    const observer = this.ownObserver();
    observer.settings = callSettings(config, process.env);
    if (!isSameSink) {
      void observer.sink?.close();
      observer.sink = this.isEnabled() ? usageSink(config) : undefined;
    }
    if (isSameQuota) return;
    void this.returnQuota();
    if (this.isEnabled()) observer.quota = quotaPolicy(config);
  }

  /** Sends what the usage sink still holds. */
  async flush(): Promise<void> {
    await this.ownObserver().sink?.flush();
  }

  /** Sends the last calls and gives back what quotas hold. Await it when the process ends. Then neither sink nor quota is at work. */
  async shutdown(): Promise<void> {
    const observer = this.ownObserver();
    const { sink } = observer;
    observer.sink = undefined;
    await Promise.all([sink?.close(), this.returnQuota()]);
  }

  /**
   * Gives back what quotas hold for calls that were never made, and waits for the last settlements, at most for three seconds.
   * Then no quota is enforced any more. Await it when the process shuts down; without it, leases run out by themselves.
   */
  async returnQuota(): Promise<void> {
    const observer = this.ownObserver();
    const { quota } = observer;
    observer.quota = undefined;
    await quota?.gate.close();
  }

  private ownObserver(): MutableObserver {
    this.observer ??= {
      tracer: tracerOf(trace.getTracerProvider()),
      settings: callSettings(this._config, process.env),
      quota: undefined,
      sink: undefined,
    };
    return this.observer;
  }
}

function adoptLoaded(): void {
  for (const provider of PROVIDERS) {
    for (const { exports, version } of loadedModules(provider.library)) adoptModule(provider, exports, version);
  }
}

interface MutableObserver extends CallObserver {
  tracer: Tracer;
  settings: CallSettings;
  quota: QuotaPolicy | undefined;
  sink: UsageSink | undefined;
}

function usageSink({ usageSink: config }: CostspanInstrumentationConfig): UsageSink | undefined {
  const url = process.env['COSTSPAN_USAGE_URL'];
  const given = config ?? (url === undefined ? undefined : { url });
  return given === undefined ? undefined : guarded('opening the usage sink', () => new UsageSink(given, process.env));
}

function quotaPolicy(config: CostspanInstrumentationConfig): QuotaPolicy | undefined {
  return guarded('reading the quota settings', () => {
    const settings = quotaSettings(config.quota, process.env);
    return settings === undefined ? undefined : { settings, gate: openGate(settings) };
  });
}

function tracerOf(provider: TracerProvider): Tracer {
  return provider.getTracer(NAME, VERSION, { schemaUrl: GEN_AI_SCHEMA_URL });
}
