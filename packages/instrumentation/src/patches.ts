import { types } from 'node:util';
import type { JsonObject } from '@costspan/usage';
import { FRAMEWORKS } from './frameworks/index.ts';
import { currentObserver } from './observers.ts';
import { PROVIDERS } from './providers/index.ts';
import type { PatchedMethod, Provider, SdkMethod } from './providers/provider.ts';
import { guarded, sayOnce } from './say-once.ts';
import { uncountRetries } from './stainless/count-retries.ts';
import { releaseRequests } from './stainless/hold-requests.ts';
import { unwatchPromiseClasses } from './stainless/observe-promise.ts';
import { wrapHelper } from './stainless/wrap-method.ts';

/** Marks our wrappers, also for another installed copy of this package: a call must not be observed twice. */
const OBSERVED = Symbol.for('@costspan/instrumentation.observed');

/** One loaded copy of a provider SDK. A process can hold several: CommonJS and ES module, or different versions. */
export interface LoadedCopy {
  readonly provider: Provider;
  readonly version: string | undefined;
  readonly format: 'esm' | 'cjs';
  readonly methods: readonly MethodState[];
}

export interface MethodState {
  /** `Chat.Completions.create`. */
  readonly name: string;
  /** Why the method is not observed; absent when it is. */
  readonly problem?: string;
}

interface KnownCopy extends LoadedCopy {
  readonly module: JsonObject;
  readonly clientClass: object | undefined;
  methods: MethodState[];
}

const copies: KnownCopy[] = [];
const restores: (() => void)[] = [];
/** Wrappers of this copy of the package. */
const ours = new WeakSet<object>();

/** Takes note of a loaded SDK and observes it while anybody observes. */
export function adoptModule(provider: Provider, exports: unknown, version: string | undefined): void {
  const clientClass = clientClassOf(provider, exports);
  if (copies.some((copy) => copy.clientClass === clientClass && copy.provider === provider)) return;
  const module = exports as JsonObject;
  const copy: KnownCopy = { provider, version, format: formatOf(exports), module, clientClass, methods: [] };
  copies.push(copy);
  if (currentObserver() !== undefined) patchCopy(copy);
  warnWhenUntested(copy);
}

/** Observes every known copy that is not observed yet. */
export function patchAll(): void {
  for (const copy of copies) if (copy.methods.length === 0) patchCopy(copy);
}

/** Gives every class and client its own methods back. */
export function restoreAll(): void {
  for (const restore of restores.splice(0)) restore();
  for (const copy of copies) copy.methods = [];
  unwatchPromiseClasses();
  uncountRetries();
  releaseRequests();
}

export function loadedCopies(): readonly LoadedCopy[] {
  return copies;
}

/** Observes one client object, where its class cannot be reached. @returns the provider whose client it is, if any. */
export function patchClient(client: object): Provider | undefined {
  const provider = providerOfClient(client);
  for (const method of provider?.methods ?? []) {
    const resource = follow(client, method.clientPath);
    if (provider !== undefined && resource !== undefined) patchMethods(provider, resource, method);
  }
  return provider;
}

/** By what the client says of itself, else by the methods it has. */
function providerOfClient(client: object): Provider | undefined {
  const named = [...FRAMEWORKS, ...PROVIDERS].find((provider) => provider.isClient?.(client) === true);
  return (
    named ??
    PROVIDERS.find(
      ({ isClient, methods }) =>
        isClient === undefined &&
        methods.some(({ clientPath, method }) => typeof follow(client, clientPath)?.[method] === 'function'),
    )
  );
}

/** True when calls of this client are observed, through its class or by itself. */
export function isObserved(client: object): boolean {
  return [...FRAMEWORKS, ...PROVIDERS].some((provider) =>
    provider.methods.some(({ clientPath, method }) => isMarked(follow(client, clientPath)?.[method])),
  );
}

type Target = Record<string, unknown>;

function patchCopy(copy: KnownCopy): void {
  const { provider } = copy;
  copy.methods = provider.methods.flatMap((method) => {
    const name = [...method.classPath, method.method].join('.');
    const prototype = prototypeOf(copy, method);
    const isMissing = typeof prototype?.[method.method] !== 'function';
    if (isMissing && method.optional === true) return [];
    if (prototype === undefined) return [{ name, problem: 'this version has no such class' }];
    const problem = patchMethods(provider, prototype, method);
    return [problem === undefined ? { name } : { name, problem }];
  });
}

function prototypeOf({ provider, module, clientClass }: KnownCopy, method: PatchedMethod): Target | undefined {
  if (provider.prototypeOf !== undefined) {
    const find = provider.prototypeOf;
    return guarded(`finding ${provider.library}`, () => find(module, method)) as Target | undefined;
  }
  const owner = clientClass === undefined ? undefined : follow(clientClass, method.classPath);
  const prototype = owner?.['prototype'];
  return typeof prototype === 'object' && prototype !== null ? (prototype as Target) : undefined;
}

/** @returns why nothing was patched. */
function patchMethods(provider: Provider, target: Target, patched: PatchedMethod): string | undefined {
  const { method } = patched;
  const original = target[method];
  if (typeof original !== 'function') return 'this version has no such method';
  // Two modules can hold the same class, and a subclass inherits what is observed on the class above it.
  if (ours.has(original)) return undefined;
  if (isMarked(original)) return 'already observed by another copy of @costspan/instrumentation';
  const wrap = patched.wrap ?? provider.wrap;
  replace(target, method, wrap(original as SdkMethod, provider, patched, currentObserver));
  for (const helper of provider.native?.helpers ?? []) {
    const start = target[helper];
    if (typeof start === 'function' && !isMarked(start)) {
      replace(target, helper, wrapHelper(start as SdkMethod, provider, currentObserver));
    }
  }
  return undefined;
}

/** Puts a wrapper where the method is, looking like it, and remembers the way back. */
function replace(target: Target, name: string, wrapper: SdkMethod): void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const original = target[name] as SdkMethod;
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(wrapper, OBSERVED, { value: true });
  ours.add(wrapper);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value: wrapper,
  });
  restores.push(() => {
    // Somebody who wrapped after us keeps their wrapper; ours then passes calls through.
    if (target[name] !== wrapper) return;
    if (own === undefined) delete target[name];
    else Object.defineProperty(target, name, own);
  });
}

function isMarked(method: unknown): boolean {
  return typeof method === 'function' && OBSERVED in method;
}

function follow(from: object, path: readonly string[]): Target | undefined {
  let value: unknown = from;
  for (const key of path) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
    value = (value as Target)[key];
  }
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Target) : undefined;
}

function clientClassOf(provider: Provider, exports: unknown): object | undefined {
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return undefined;
  const named = (exports as Target)[provider.clientClass] ?? (exports as Target)['default'];
  return typeof named === 'function' ? named : undefined;
}

/** The ES module hook hands over a proxy of the namespace; `require` hands over the exports themselves. */
function formatOf(exports: unknown): 'esm' | 'cjs' {
  return types.isProxy(exports) || types.isModuleNamespaceObject(exports) ? 'esm' : 'cjs';
}

function warnWhenUntested({ provider, version, methods }: LoadedCopy): void {
  const { library, testedMajors } = provider;
  const missing = methods.filter((method) => method.problem !== undefined);
  const isTested = version === undefined || testedMajors.includes(Number.parseInt(version, 10));
  if (isTested && missing.length === 0) return;
  const state =
    missing.map((method) => `${method.name}: ${method.problem}`).join('; ') || 'all of its methods are observed';
  sayOnce(
    `untested:${library}@${version}`,
    `${library} ${version ?? '(unknown version)'} is not a version this was tested with (${testedMajors.join(', ')}.x); ${state}`,
  );
}
