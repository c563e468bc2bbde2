import type { Tags } from '@costspan/usage';

/** Where a gateway or a provider takes tags. The contract of every file in this folder that `index.ts` lists. */
export interface Gateway {
  readonly name: string;
  /** Longest value it takes, in characters. */
  readonly valueLengthMax?: number;
  /** Most tags it takes. */
  readonly tagsMax?: number;
  /** What is added to a request: headers, or a field of its parameters. */
  format(tags: Tags): GatewayFields;
}

export interface GatewayFields {
  readonly headers?: Readonly<Record<string, string>>;
  /** Merged into the parameters, one level deep: `{ requestMetadata: { … } }`. */
  readonly params?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
