import module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PROVIDERS } from './providers/index.ts';

/** How ES module imports are seen: on this thread, on the loader's thread, through somebody else's hook, or not at all. */
export type EsmHook = 'sync' | 'async' | 'foreign' | 'none';

const INSTALLED = Symbol.for('@costspan/instrumentation.esm-hook');
const shared = globalThis as { [INSTALLED]?: EsmHook };

/**
 * Lets imports of the instrumented SDKs, and of nothing else, be patched. Once per process, before the SDKs are imported.
 * Uses the synchronous hooks of Node ≥ 22.22.3, 24.11.1, 25.1 and 26, and the loader thread on older ones. A hook that
 * is already at work (OpenTelemetry's) is left alone.
 */
export function installEsmHook(): EsmHook {
  shared[INSTALLED] ??= install();
  return shared[INSTALLED];
}

export function esmHook(): EsmHook {
  return shared[INSTALLED] ?? 'none';
}

function install(): EsmHook {
  // The hook and the patches meet in one copy of import-in-the-middle: the one the instrumentation base class loads.
  const fromBase = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/instrumentation'));
  if (isHookAtWork(fromBase('import-in-the-middle') as ImportInTheMiddle)) return 'foreign';
  const include = PROVIDERS.map((provider) => provider.library);
  const sync = fromBase('import-in-the-middle/register-hooks.mjs') as RegisterHooks;
  if (sync.supportsSyncHooks() && typeof module.registerHooks === 'function') {
    sync.register({ include });
    return 'sync';
  }
  module.register(pathToFileURL(fromBase.resolve('import-in-the-middle/hook.mjs')), { data: { include } });
  return 'async';
}

interface ImportInTheMiddle {
  addHook(hook: () => void): void;
  removeHook(hook: () => void): void;
}

interface RegisterHooks {
  supportsSyncHooks(): boolean;
  register(options: { readonly include: string[] }): void;
}

/** A new hook is told at once of every module that a loader hook has handed over so far. */
function isHookAtWork(iitm: ImportInTheMiddle): boolean {
  let atWork = false;
  const probe = () => {
    atWork = true;
  };
  iitm.addHook(probe);
  iitm.removeHook(probe);
  return atWork;
}
