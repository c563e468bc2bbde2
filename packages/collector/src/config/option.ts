/** One option of `costspan.yaml`: what the README's table prints and what `parseConfig` checks. */
export type Option = {
  /** One sentence. */
  readonly about: string;
  /** What 0, or the empty value, means. */
  readonly zero: string;
} & (
  | {
      readonly kind: 'integer';
      readonly unit: string;
      readonly default: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: 'text'; readonly default: string }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
  | { readonly kind: 'texts'; readonly default: readonly string[] }
  | {
      readonly kind: 'counts';
      readonly unit: string;
      /** Entries of the file stand over these, one by one. */
      readonly default: Readonly<Record<string, number>>;
      readonly max: number;
    }
);
