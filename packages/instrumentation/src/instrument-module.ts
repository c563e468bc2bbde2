import { isObject } from '@costspan/usage';
import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { currentObserver } from './observers.ts';
import { adoptModule } from './patches.ts';
import { PROVIDERS } from './providers/index.ts';
import { guarded, sayOnce } from './say-once.ts';

/**
 * Observes the classes of one SDK where loading cannot be seen: bundled applications, Next.js, or an SDK imported before the
 * instrumentation. `instrumentModule(await import('openai'))`; also clients made earlier are observed then.
 * @param version for `doctor()`, where it is known.
 * @returns the same module.
 */
export function instrumentModule<T>(module: T, version?: string): T {
  if (currentObserver() === undefined) new CostspanInstrumentation({ esmHook: false });
  const provider = guarded('instrumenting a module', () =>
    PROVIDERS.find((one) => isModuleOf(module, one.clientClass)),
  );
  if (provider === undefined) {
    sayOnce(
      'instrument-module',
      'instrumentModule: this is no module of a known SDK; its calls are not observed. Pass what `import * as` gives',
    );
    return module;
  }
  guarded(`patching ${provider.library}`, () => adoptModule(provider, module, version));
  return module;
}

/** A CommonJS module may be the class itself. */
function isModuleOf(module: unknown, clientClass: string): boolean {
  if (typeof module === 'function') return module.name === clientClass;
  return isObject(module) && typeof module[clientClass] === 'function';
}
