import { decodeJson } from '../otlp/decode-json.ts';
import { decodeProtobuf } from '../otlp/decode-protobuf.ts';
import type { PartialSuccess } from '../otlp/export-response.ts';
import { READ_ATTRIBUTES } from '../otlp/read-attributes.ts';
import type { Pipeline, ReceivedTraces } from '../pipeline.ts';
import { HomeOf } from './home-of.ts';
import { pickSpans } from './pick-spans.ts';
import type { ResidencyRule } from './residency-config.ts';

/** Takes requests; what a receiver knows of a pipeline. */
export type Taker = Pick<Pipeline, 'accept'>;

/**
 * Parts requests by region before anything is made of them: each region's pipeline, and with it its journal, ledger, queues,
 * metrics and quotas, is given its own spans and none of the others.
 */
export class ResidencyRouter implements Taker {
  readonly #here: Taker;
  readonly #regions: ReadonlyMap<string, Taker>;
  readonly #homes: HomeOf;

  constructor(rules: readonly ResidencyRule[], here: Taker, regions: ReadonlyMap<string, Taker>) {
    this.#here = here;
    this.#regions = regions;
    this.#homes = new HomeOf(rules);
  }

  /** Resolves when every region has its part. When one cannot take it the sender comes again, and the others know theirs already. */
  async accept(received: ReceivedTraces): Promise<PartialSuccess | undefined> {
    const { body, format, traces } = received;
    const homes = this.#homes.homes(traces.spans);
    const [only] = homes.regions;
    // Spans that were not read may be of traces that live elsewhere: then each is looked at.
    if (homes.regions.size <= 1 && traces.spanCount === traces.spans.length)
      return this.#takerOf(only).accept(received);
    const decode = format === 'json' ? decodeJson : decodeProtobuf;
    const parts = [undefined, ...this.#regions.keys()].flatMap((region) => {
      const own = pickSpans(body, format, (traceId, spanId) => homes.of(traceId, spanId) === region);
      const read = decode(own, READ_ATTRIBUTES);
      return read.spanCount === 0 ? [] : [{ region, received: { format, body: own, traces: read } }];
    });
    const answers = await Promise.allSettled(
      parts.map(({ region, received: own }) => this.#takerOf(region).accept(own)),
    );
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return together(answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value ?? []) : [])));
  }

  #takerOf(region: string | undefined): Taker {
    return region === undefined ? this.#here : (this.#regions.get(region) as Taker);
  }
}

function together(answers: readonly PartialSuccess[]): PartialSuccess | undefined {
  if (answers.length === 0) return undefined;
  return {
    rejectedSpans: answers.reduce((sum, { rejectedSpans }) => sum + rejectedSpans, 0),
    message: answers.map(({ message }) => message).join('; '),
  };
}
