import { createNoopMeter, type Meter, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationModuleDefinition,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { CallMetrics } from './call-metrics.ts';
import {
  type CallObserver,
  type CallSettings,
  type CostspanInstrumentationConfig,
  callSettings,
} from './call-settings.ts';
import { type Conventions, schemaUrlOf } from './conventions.ts';
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
    const observer = this.ownObserver();
    observer.provider = provider;
    observer.tracer = tracerOf(provider, observer.settings.conventions);
  }

  override setConfig(config: CostspanInstrumentationConfig): void {
    const isSameQuota = this._config?.quota === config.quota;
    const isSameSink = this._config?.usageSink === config.usageSink;
    super.setConfig(config);
    const observer = this.ownObserver();
    const { conventions } = observer.settings;
    observer.settings = callSettings(config, process.env);
    if (observer.settings.conventions !== conventions) {
      observer.tracer = tracerOf(observer.provider, observer.settings.conventions);
    }
    observer.metrics = this.callMetrics(observer.settings);
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

  /** Called by the base class when a meter provider is set, and from its constructor before anything else is there. */
  protected override _updateMetricInstruments(): void {
    if (this.observer !== undefined) this.observer.metrics = this.callMetrics(this.observer.settings);
  }

  private callMetrics({ conventions }: CallSettings): CallMetrics | undefined {
    // The base class asks before it has a meter; and until somebody registers a provider there is nothing to count for.
    const meter: Meter | undefined = this.meter;
    if (meter === undefined || meter === createNoopMeter()) return undefined;
    return guarded('making metrics', () => new CallMetrics(meter, conventions, this._config.metricTags ?? []));
  }

  private ownObserver(): MutableObserver {
    if (this.observer !== undefined) return this.observer;
    const settings = callSettings(this._config, process.env);
    const provider = trace.getTracerProvider();
    this.observer = {
      provider,
      tracer: tracerOf(provider, settings.conventions),
      settings,
      metrics: this.callMetrics(settings),
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
  provider: TracerProvider;
  tracer: Tracer;
  settings: CallSettings;
  quota: QuotaPolicy | undefined;
  sink: UsageSink | undefined;
  metrics: CallMetrics | undefined;
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

function tracerOf(provider: TracerProvider, conventions: Conventions): Tracer {
  return provider.getTracer(NAME, VERSION, { schemaUrl: schemaUrlOf(conventions) });
}
