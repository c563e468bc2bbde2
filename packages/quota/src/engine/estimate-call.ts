import type { Atto } from '@costspan/usage';
import type { QuotaCall } from '../rules/match.ts';

/** What is known of a call before it is made. Counts that nobody knows are absent. */
export interface CallSize {
  /** As a tokeniser counted them. */
  readonly inputTokens?: number;
  /** Length of the prompt in UTF-8. Four bytes are taken for a token: in English four letters, in Arabic two. */
  readonly inputBytes?: number;
  /** What the request allows. */
  readonly maxTokens?: number;
  /** What the model can give at most. */
  readonly modelOutputMax?: number;
  /** The 95th percentile of what such calls gave. */
  readonly historyOutputP95?: number;
}

export interface TokenEstimate {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Which of the bounds of the output was the least; `fallback` when there was none. */
  readonly boundBy: 'max_tokens' | 'model' | 'history' | 'fallback';
}

/** Output of a call that nobody has bounded. */
export const OUTPUT_TOKENS_FALLBACK = 4096;
const BYTES_PER_TOKEN = 4;

/**
 * The tokens that a call may use. `bounded` takes the least of what the request and the model allow, so the actual use is
 * never more than a counted input and this output; `history` takes the 95th percentile too, where it is less.
 */
export function estimateTokens(size: CallSize, policy: 'bounded' | 'history'): TokenEstimate {
  const inputTokens = size.inputTokens ?? Math.ceil((size.inputBytes ?? 0) / BYTES_PER_TOKEN);
  const bounds: readonly (readonly [number | undefined, TokenEstimate['boundBy']])[] = [
    [size.maxTokens, 'max_tokens'],
    [size.modelOutputMax, 'model'],
    [policy === 'history' ? size.historyOutputP95 : undefined, 'history'],
  ];
  let estimate: TokenEstimate | undefined;
  for (const [bound, boundBy] of bounds) {
    if (bound === undefined || (estimate !== undefined && bound >= estimate.outputTokens)) continue;
    estimate = { inputTokens, outputTokens: bound, boundBy };
  }
  return estimate ?? { inputTokens, outputTokens: OUTPUT_TOKENS_FALLBACK, boundBy: 'fallback' };
}

/**
 * The price of such a call, without cached tokens and at the tier that its size implies; `undefined` when nobody knows one.
 * The caller brings it, usually from `costOf` of `@costspan/pricing`.
 */
export type PriceOf = (
  call: QuotaCall,
  tokens: { readonly inputTokens: number; readonly outputTokens: number },
  atMs: number,
) => Atto | undefined;
