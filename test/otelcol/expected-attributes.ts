import { costAttributes, type PriceBook, priceCall } from '@costspan/pricing';
import { normalise } from '@costspan/spans';
import { decodeJson } from '../../packages/collector/src/otlp/decode-json.ts';
import { READ_ATTRIBUTES } from '../../packages/collector/src/otlp/read-attributes.ts';
import type { Request } from './random-spans.ts';

type Added = { readonly [name: string]: string | number | boolean };

/** What the Costspan collector adds to each span of a request; `{}` where it adds nothing. */
export function expectedAttributes(request: Request, book: PriceBook): Added[] {
  const { spans, spanCount } = decodeJson(Buffer.from(JSON.stringify(request)), READ_ATTRIBUTES);
  const expected: Added[] = Array.from({ length: spanCount }, () => ({}));
  // Spans without anything that is read are left out by the decoder, so each request here holds one span and is asked alone.
  const [span] = spans;
  if (span === undefined) return expected;
  const normalised = normalise(span);
  if (normalised.kind !== 'call') return expected;
  const cost = priceCall(book, normalised.call, normalised.findings);
  const added = costAttributes(normalised.call, cost, span.attributes);
  expected[0] = Object.fromEntries(added.map(({ key, value }) => [key, value]));
  return expected;
}
