import type { ExtractedUsage, JsonObject, UsageSource } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';
import type { CallObserver } from '../call-settings.ts';
import type { GatewayFields } from '../gateways/gateway.ts';

/** One provider SDK. The contract of every file in this folder that `index.ts` lists. */
export interface Provider {
  /** The npm package that is patched when it is loaded. */
  readonly library: string;
  /** The export that is the client class. */
  readonly clientClass: string;
  /** Major versions this file was tested with. Others are patched when the patch points are there, and that is said once. */
  readonly testedMajors: readonly number[];
  /** `gen_ai.provider.name` when the host does not say better. */
  readonly flavour: string;
  readonly methods: readonly PatchedMethod[];
  /** Observes one method: `wrapMethod` where promises fetch lazily (Stainless), `wrapPlain` where they are the platform's. */
  readonly wrap: MethodWrapper;
  /** The prototype a method is on, where the class is no static of the client class. */
  prototypeOf?(module: JsonObject, method: PatchedMethod): object | undefined;
  /** True for a client of this SDK whose shape alone could be another's. Absent where the methods tell. */
  isClient?(client: object): boolean;
  /** A provider name that the client itself states and that is stronger than its host. */
  providerOf(client: object): string | undefined;
  /**
   * `false` for a request that may fail if `stream_options.include_usage` is added to it, though its host is known to
   * understand the option. Absent where hosts are the whole story.
   */
  mayAskForUsage?(client: object, params: JsonObject): boolean;
  /** The body of this provider's error answers, so that a call refused before it is made fails as its SDK's calls fail. */
  refusalBody(status: number, code: string, message: string): object;
  /** Absent where the SDK makes no spans of its own. */
  readonly native?: NativeTelemetry;
}

/** What to do about spans that the SDK itself makes for the methods above. One call must be one billable span. */
export interface NativeTelemetry {
  /** Methods of the same classes that start the native span before they call the patched method. */
  readonly helpers: readonly string[];
  /** Runs `call`, which starts a request, without the SDK's own span and headers for it. */
  silence<T>(client: object, call: () => T): T;
}

export type SdkMethod = (this: unknown, ...args: unknown[]) => unknown;

/** @param observerNow who observes at the time of a call; nobody means the plain method. */
export type MethodWrapper = (
  original: SdkMethod,
  provider: Provider,
  method: PatchedMethod,
  observerNow: () => CallObserver | undefined,
) => SdkMethod;

/** One method that makes one billable request. */
export interface PatchedMethod {
  /** Where the class is, from the module's client class: `['Chat', 'Completions']`. */
  readonly classPath: readonly string[];
  /** Where the resource is on a client: `['chat', 'completions']`. */
  readonly clientPath: readonly string[];
  readonly method: string;
  readonly operation: Operation;
  /** Not in every version we know; its absence is no finding. */
  readonly optional?: true;
  /** Where this method is observed in another way than the provider's others. */
  readonly wrap?: MethodWrapper;
  /** What a call of a plain SDK asks for, from its arguments; `undefined` for one that is not billed. Only for `wrapPlain`. */
  request?(args: readonly unknown[], client: object): PlainRequest | undefined;
}

/** A request as it stands in a plain SDK's arguments, in the words of its operation. */
export interface PlainRequest {
  /** Where the arguments decide which operation it is. */
  readonly operation?: Operation;
  /** With `model`, whatever the SDK calls it. */
  readonly params: JsonObject;
  readonly signal?: unknown;
  /** There is no other way to abort a call; an abort without it is the SDK's own, a timeout. */
  readonly abortsOnlyBySignal?: true;
  readonly baseUrl?: unknown;
  readonly provider?: string;
  /** The same arguments for another model, in copies. */
  withModel?(model: string): unknown[];
  /** The same arguments with headers or fields of a gateway, in copies. */
  withFields?(fields: GatewayFields): unknown[];
}

/** What a method's requests and responses look like. */
export interface Operation {
  /** `gen_ai.operation.name`. */
  readonly name: string;
  /** What `@costspan/usage` calls this API: together with the provider it decides how usage is read. */
  readonly api: string;
  /** How usage is read when the provider has no shape of its own. */
  readonly usage: UsageSource;
  /** Attributes of every call, such as `openai.api.type`. */
  readonly constants: Attributes;
  /** `usage` is how this SDK is answered, whoever answers: hosts with other shapes do not matter. */
  readonly isOwnShape?: true;
  /** The work of a framework above the SDKs: billed only when no observed call was made inside it. */
  readonly isFramework?: true;
  /** True when the API reports a stream's usage only if `stream_options.include_usage` asks for it. */
  readonly usageOnRequest: boolean;
  /** Attributes of what the caller set. What the caller left out is absent; `0`, `false` and `''` are values. */
  requestAttributes(params: JsonObject): Attributes;
  /** The provider's own words of an answer that the SDK renamed or keeps elsewhere. Absent where the SDK gives the body. */
  bodyOf?(answer: JsonObject, params: JsonObject): JsonObject | undefined;
  /** The stream inside an answer, where it is not the answer itself. */
  streamOf?(answer: JsonObject): object | undefined;
  /** Reads usage where several shapes can come; else `usage` or the provider's own shape reads it. */
  extract?(body: JsonObject, provider: string, headers: JsonObject): ExtractedUsage;
  /** Reads a response body, whole or put together from a stream. */
  read(body: JsonObject): Reading;
  /** Starts putting a stream together. */
  fold(): StreamFold;
}

/** What a response says besides its usage. */
export interface Reading {
  readonly id?: string;
  readonly model?: string;
  readonly finishReasons: readonly string[];
  readonly attributes: Attributes;
  /** The provider answered 200 and says that it failed: the code it gives. */
  readonly failure?: string;
}

/** Keeps of a stream what a whole response would have said. Holds no content. */
export interface StreamFold {
  add(chunk: JsonObject): void;
  /** True when the provider has said that the answer is complete. */
  isComplete(): boolean;
  /** What the provider says in the stream that went wrong, as a short code; `undefined` while nothing did. */
  failure?(): string | undefined;
  /** The response so far, in the shape of a whole one; `undefined` before anything arrived. */
  body(): JsonObject | undefined;
}
