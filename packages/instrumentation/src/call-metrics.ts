import { COSTSPAN, GEN_AI, type Meters, OTEL, TAG_PREFIX, type Tags } from '@costspan/usage';
import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { Conventions } from './conventions.ts';
import type { Server } from './server-address.ts';

/** What metrics take of a finished call. */
export interface MeasuredCall {
  readonly operation: string;
  readonly provider: string;
  readonly server: Server | undefined;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly outcome: string;
  readonly errorType: string | undefined;
  readonly durationSeconds: number;
  readonly firstChunkSeconds: number | undefined;
  readonly meters: Meters;
  readonly tags: Tags;
}

/** Different values of one tag on metrics; later ones are `(other)`, so that totals stay exact. */
const TAG_VALUES_MAX = 100;

/** Advice of the conventions: doubling seconds, and tokens by four. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

const USAGE = [
  ['input_tokens', 'input_tokens'],
  ['output_tokens', 'output_tokens'],
  ['cache_read_tokens', 'cache_read.input_tokens'],
  ['cache_write_tokens', 'cache_write.input_tokens'],
  ['output_reasoning_tokens', 'reasoning.output_tokens'],
] as const;

interface Latest {
  readonly counters: readonly (readonly [meter: keyof Meters, counter: Counter])[];
  readonly input: Histogram;
  readonly output: Histogram;
  readonly duration: Histogram;
  readonly firstChunk: Histogram;
}

interface Older {
  readonly tokens: Histogram;
  readonly duration: Histogram;
  readonly firstChunk: Histogram;
}

/** The GenAI metrics of one or both generations, failed calls included. Dimensions are those named here and no others. */
export class CallMetrics {
  readonly #latest: Latest | undefined;
  readonly #older: Older | undefined;
  readonly #tagKeys: readonly string[];
  readonly #seen = new Map<string, Set<string>>();

  /** @param tagKeys tags that become dimensions. */
  constructor(meter: Meter, conventions: Conventions, tagKeys: readonly string[]) {
    this.#tagKeys = tagKeys;
    const histogram = (name: string, unit: string, boundaries: number[]) =>
      meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: boundaries } });
    this.#latest =
      conventions === 'v1_41'
        ? undefined
        : {
            counters: USAGE.map(([count, name]) => [
              count,
              meter.createCounter(`gen_ai.client.inference.usage.${name}`, { unit: '{token}' }),
            ]),
            input: histogram('gen_ai.client.inference.operation.input_tokens', '{token}', TOKENS),
            output: histogram('gen_ai.client.inference.operation.output_tokens', '{token}', TOKENS),
            duration: histogram('gen_ai.client.inference.duration', 's', SECONDS),
            firstChunk: histogram('gen_ai.client.inference.time_to_first_chunk', 's', SECONDS),
          };
    this.#older =
      conventions === 'latest'
        ? undefined
        : {
            tokens: histogram('gen_ai.client.token.usage', '{token}', TOKENS),
            duration: histogram('gen_ai.client.operation.duration', 's', SECONDS),
            firstChunk: histogram('gen_ai.client.operation.time_to_first_chunk', 's', SECONDS),
          };
  }

  record(call: MeasuredCall): void {
    const dimensions = this.#dimensions(call);
    const { meters, durationSeconds, firstChunkSeconds } = call;
    const { input_tokens: input, output_tokens: output } = meters;
    if (this.#latest !== undefined) {
      // Counts by modality are parts of these, which are of every modality together.
      const counted = { ...dimensions, 'gen_ai.token.modality': 'unknown' };
      for (const [name, counter] of this.#latest.counters) {
        const count = meters[name];
        if (count !== undefined) counter.add(count, counted);
      }
      if (input !== undefined) this.#latest.input.record(input, dimensions);
      if (output !== undefined) this.#latest.output.record(output, dimensions);
      this.#latest.duration.record(durationSeconds, dimensions);
      if (firstChunkSeconds !== undefined) this.#latest.firstChunk.record(firstChunkSeconds, dimensions);
    }
    if (this.#older !== undefined) {
      if (input !== undefined) this.#older.tokens.record(input, { ...dimensions, 'gen_ai.token.type': 'input' });
      if (output !== undefined) this.#older.tokens.record(output, { ...dimensions, 'gen_ai.token.type': 'output' });
      this.#older.duration.record(durationSeconds, dimensions);
      if (firstChunkSeconds !== undefined) this.#older.firstChunk.record(firstChunkSeconds, dimensions);
    }
  }

  #dimensions(call: MeasuredCall): Attributes {
    const dimensions: Attributes = {
      [GEN_AI.operationName]: call.operation,
      [GEN_AI.providerName]: call.provider,
      [COSTSPAN.outcome]: call.outcome,
    };
    if (call.requestModel !== undefined) dimensions[GEN_AI.requestModel] = call.requestModel;
    if (call.responseModel !== undefined) dimensions[GEN_AI.responseModel] = call.responseModel;
    if (call.errorType !== undefined) dimensions[OTEL.errorType] = call.errorType;
    if (call.server !== undefined) {
      dimensions[OTEL.serverAddress] = call.server.address;
      dimensions[OTEL.serverPort] = call.server.port;
    }
    for (const key of this.#tagKeys) {
      const value = call.tags[key];
      if (value !== undefined) dimensions[TAG_PREFIX + key] = this.#bounded(key, value);
    }
    return dimensions;
  }

  #bounded(key: string, value: string): string {
    const seen = this.#seen.get(key) ?? new Set();
    this.#seen.set(key, seen);
    if (seen.has(value)) return value;
    if (seen.size >= TAG_VALUES_MAX) return '(other)';
    seen.add(value);
    return value;
  }
}
