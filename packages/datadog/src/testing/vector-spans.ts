import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COSTSPAN, GEN_AI, METER_ATTRIBUTES, METER_PREFIX, TAG_PREFIX } from '@costspan/usage';

/** The tag that tells which vector a span is of. */
export const VECTOR_TAG = 'vector';

/** A conformance vector as the finished span of a call. */
export interface VectorSpan {
  /** `base.ndjson:17`, and ` plugin` where the names are those of the tracer's own plugins; for {@link VECTOR_TAG}. */
  readonly key: string;
  readonly id: string;
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly expected: { readonly status: string; readonly total: string | null };
}

export interface VectorSpans {
  readonly name: string;
  /** Card files in their order; `base` is the bundled catalogue. */
  readonly layers: readonly (object | 'base')[];
  readonly fx?: object;
  readonly spans: readonly VectorSpan[];
  /** Ids of vectors that no span can say, with the reason. */
  readonly unsaid: ReadonlyMap<string, string>;
}

interface VectorLine {
  readonly id: string;
  readonly input: {
    readonly provider: string;
    readonly model?: string;
    readonly deployment?: string;
    readonly customer?: string;
    readonly at: string;
    readonly usage: Readonly<Record<string, unknown>>;
    readonly usage_status?: string;
    readonly context?: Readonly<Record<string, string | number | boolean>>;
    readonly reported_cost?: { readonly amount: string; readonly currency: string };
  };
  readonly expected: {
    readonly status: string;
    readonly total: string | null;
    readonly currency: string;
    readonly converted?: { readonly currency: string; readonly total: string | null };
  };
}

const FOLDER = join(import.meta.dirname, '../../../../test/conformance');

/** What a plugin of the tracer calls its counts. */
const PLUGIN_METERS: Readonly<Record<string, string>> = {
  input_tokens: 'gen_ai.usage.input_tokens',
  output_tokens: 'gen_ai.usage.output_tokens',
  cache_read_tokens: 'gen_ai.usage.cache_read_input_tokens',
  cache_write_tokens: 'gen_ai.usage.cache_write_input_tokens',
  output_reasoning_tokens: 'gen_ai.usage.reasoning_output_tokens',
};

/**
 * The shared conformance vectors, file by file, as spans that `@costspan/instrumentation` makes of the same calls; and once
 * more as a plugin of the tracer writes them, where it has names for all that they say.
 */
export function readVectorSpans(): readonly VectorSpans[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => {
      const [head, ...lines] = readFileSync(join(FOLDER, name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const vectors = lines as readonly VectorLine[];
      const unsaid = new Map(
        vectors.flatMap(({ id, input }) => whyUnsaid(input).map((reason) => [id, reason] as const)),
      );
      const spans = vectors.flatMap((vector, index) =>
        unsaid.has(vector.id) ? [] : spansOf(vector, `${name}:${index + 2}`),
      );
      const { layers, fx } = head as VectorSpans;
      return { name, layers, ...(fx === undefined ? {} : { fx }), spans, unsaid };
    });
}

function whyUnsaid({ deployment, context, usage, usage_status: status }: VectorLine['input']): string[] {
  const isStated = Object.keys(usage).length > 0;
  return [
    ...(isStated ? [] : ['a span without counts does not say that nothing was used']),
    ...(status === 'unavailable' && isStated ? ['a span with counts has them'] : []),
    ...(deployment === undefined ? [] : ['only Azure and Bedrock spans name a deployment']),
    ...(context?.['variant'] === undefined ? [] : ['no attribute names a variant']),
    ...(Object.values(usage).every((count) => count === null || typeof count === 'number') ? [] : ['not a number']),
  ].slice(0, 1);
}

function spansOf({ id, input, expected }: VectorLine, key: string): VectorSpan[] {
  const {
    provider,
    model,
    customer,
    at,
    usage,
    usage_status: status = 'reported',
    context = {},
    reported_cost,
  } = input;
  const span = (
    name: string,
    attributes: VectorSpan['attributes'],
    meterName: (meter: string) => string,
  ): VectorSpan => ({
    key: name,
    id,
    atMs: Date.parse(at),
    attributes: {
      ...attributes,
      [GEN_AI.providerName]: provider,
      ...Object.fromEntries(counts.map(([meter, count]) => [meterName(meter), count])),
      ...(reported_cost === undefined
        ? {}
        : {
            [GEN_AI.usageCostAmount]: reported_cost.amount,
            [GEN_AI.usageCostCurrency]: reported_cost.currency,
            [GEN_AI.usageCostSource]: 'provider',
          }),
      ...(customer === undefined ? {} : { [`${TAG_PREFIX}customer_id`]: customer }),
      [TAG_PREFIX + VECTOR_TAG]: name,
    },
    expected: { status: expected.status, total: dollarsOf(expected) },
  });
  const counts = Object.entries(usage).filter((entry): entry is [string, number] => entry[1] !== null);
  const ours = span(
    key,
    {
      [COSTSPAN.billable]: true,
      [COSTSPAN.usageStatus]: status,
      [GEN_AI.operationName]: 'chat',
      ...(model === undefined ? {} : { [GEN_AI.responseModel]: model }),
      ...Object.fromEntries(Object.entries(context).map(([axis, value]) => [`costspan.context.${axis}`, value])),
    },
    (meter) => (METER_ATTRIBUTES as Readonly<Record<string, string>>)[meter] ?? METER_PREFIX + meter,
  );
  const isOfPlugin =
    status === 'reported' &&
    Object.keys(context).length === 0 &&
    counts.every(([meter]) => PLUGIN_METERS[meter] !== undefined);
  if (!isOfPlugin) return [ours];
  // A plugin writes the answer's model under the request's name.
  const named = { [GEN_AI.operationName]: 'llm', ...(model === undefined ? {} : { [GEN_AI.requestModel]: model }) };
  return [ours, span(`${key} plugin`, named, (meter) => PLUGIN_METERS[meter] as string)];
}

function dollarsOf({ total, currency, converted }: VectorLine['expected']): string | null {
  if (currency === 'USD') return total;
  return converted?.currency === 'USD' ? converted.total : null;
}
