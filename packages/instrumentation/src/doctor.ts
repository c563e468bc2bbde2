import { dirname, join } from 'node:path';
import { type EsmHook, esmHook } from './esm-hook.ts';
import { packageVersion } from './loaded-modules.ts';
import { currentObserver } from './observers.ts';
import { isObserved, type LoadedCopy, loadedCopies } from './patches.ts';
import { PROVIDERS } from './providers/index.ts';
import { hasTracerProvider } from './standalone-sdk.ts';

export interface DoctorReport {
  /** An instrumentation is enabled. */
  readonly enabled: boolean;
  /** How ES module imports are seen. `none`: only `require`d copies are. */
  readonly esmHook: EsmHook;
  /** Somebody has registered a tracer provider, so spans go somewhere. */
  readonly tracerProvider: boolean;
  readonly libraries: readonly LibraryReport[];
  /** One entry per client passed in: whether its calls are observed. */
  readonly clients: readonly boolean[];
}

export interface LibraryReport {
  readonly library: string;
  /** The version installed where the application runs, if any. */
  readonly installed: string | undefined;
  /** Copies that have been loaded where we could see it. */
  readonly copies: readonly CopyReport[];
  /** Every method of every loaded copy is observed. */
  readonly observed: boolean;
  /** What the state is and, when calls are missed, what to do. One sentence. */
  readonly reason: string;
}

export interface CopyReport {
  readonly version: string | undefined;
  readonly format: 'esm' | 'cjs';
  readonly methods: readonly { readonly name: string; readonly observed: boolean; readonly problem?: string }[];
}

/**
 * Says per provider SDK what was found, which formats are loaded, and whether calls are observed or why not. Call it when
 * the application has started; pass clients to ask about them.
 */
export function doctor(...clients: readonly object[]): DoctorReport {
  return {
    enabled: currentObserver() !== undefined,
    esmHook: esmHook(),
    tracerProvider: hasTracerProvider(),
    libraries: PROVIDERS.map(({ library }) => reportOn(library)),
    clients: clients.map(isObserved),
  };
}

function reportOn(library: string): LibraryReport {
  const copies = loadedCopies()
    .filter((copy) => copy.provider.library === library)
    .map(reportOnCopy);
  const installed = installedVersion(library);
  const methods = copies.flatMap((copy) => copy.methods);
  const observed = methods.length > 0 && methods.every((method) => method.observed);
  return { library, installed, copies, observed, reason: reasonOf(library, installed, copies, observed) };
}

function reportOnCopy({ version, format, methods }: LoadedCopy): CopyReport {
  return {
    version,
    format,
    methods: methods.map(({ name, problem }) => ({
      name,
      observed: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
    })),
  };
}

function reasonOf(
  library: string,
  installed: string | undefined,
  copies: readonly CopyReport[],
  observed: boolean,
): string {
  if (currentObserver() === undefined)
    return 'no CostspanInstrumentation is enabled; create one, or start with --import';
  if (observed)
    return `calls are observed (${copies.map((copy) => `${copy.format} ${copy.version ?? '?'}`).join(', ')})`;
  if (copies.length > 0) {
    const missed = copies.flatMap((copy) => copy.methods).filter((method) => !method.observed);
    return `not observed: ${missed.map((method) => `${method.name} (${method.problem})`).join(', ')}`;
  }
  if (installed === undefined) return `${library} is not installed here`;
  if (esmHook() === 'none') {
    return 'not loaded where it could be seen, and no ES module hook is installed; start with --import @costspan/instrumentation/register';
  }
  return 'not loaded yet, or imported before the instrumentation was created; create it first, or use instrumentClient';
}

/** Looks where the application's imports would: `node_modules` here and above. */
function installedVersion(library: string): string | undefined {
  let folder = process.cwd();
  while (true) {
    const version = packageVersion(join(folder, 'node_modules', library));
    if (version !== undefined || folder === dirname(folder)) return version;
    folder = dirname(folder);
  }
}
