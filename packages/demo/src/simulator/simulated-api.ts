import type { Random } from '../random.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { WireFormat } from './provider-error.ts';

/** One simulated HTTP API. The contract of every file in `apis/`. Pure but for the prompt cache it is handed. */
export interface SimulatedApi {
  readonly path: string;
  readonly format: WireFormat;
  /**
   * The answer to a request body.
   * @throws ProviderError when the provider would refuse it.
   */
  answer(body: RequestBody, world: World): Reply;
}

export interface World {
  /** Draws of this request alone: the same seed and request give the same answer whatever else is in flight. */
  readonly random: Random;
  readonly cache: PromptCache;
  readonly nowMs: number;
}

export type RequestBody = { readonly [field: string]: unknown };

export type Reply =
  | { readonly kind: 'json'; readonly delayMs: number; readonly body: object }
  | { readonly kind: 'stream'; readonly events: readonly StreamEvent[] };

/** One server-sent event, `delayMs` after the one before. `event` is absent where the protocol has only data lines. */
export interface StreamEvent {
  readonly delayMs: number;
  readonly event?: string;
  readonly data: object | '[DONE]';
}
