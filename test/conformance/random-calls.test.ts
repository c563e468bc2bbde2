import { compileBook, parseFxFile } from '@costspan/pricing';
import type { Meter } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerOf } from './answer.ts';
import { evaluate } from './exact-evaluator.ts';
import { countsOf } from './inputs.ts';
import { CONTRACT_LAYERS, FORMAT_LAYERS, FX, RESALE_LAYERS } from './made-cards.ts';
import type { Layer, Vector } from './vector.ts';
import { readLayers } from './write-vectors.ts';

// The engine and the evaluator answer the same to calls that nobody thought of.

/** Kinds whose overlaps all have a meter, so that counts say everything about them. */
const KINDS: readonly Meter[] = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
  'input_image_tokens',
  'cache_audio_read_tokens',
  'output_audio_tokens',
  'output_reasoning_tokens',
];

const tokens = fc.uniqueArray(fc.tuple(fc.constantFrom(...KINDS), fc.integer({ min: 1, max: 300_000 })), {
  selector: ([kind]) => kind,
});
const counts = fc.dictionary(
  fc.constantFrom('web_searches', 'seconds', 'pages', 'requests', 'input_characters', 'sessions'),
  fc.integer({ min: 0, max: 5000 }),
  { maxKeys: 2 },
);
const axis = (...values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const contexts = fc.record(
  {
    service_tier: axis('default', 'flex', 'priority', 'batch', 'scale', 'FLEX'),
    batch: fc.option(fc.boolean(), { nil: undefined }),
    speed: axis('standard', 'fast', 'warp'),
    region: axis('global', 'us', 'eu', 'data_zone', 'mars'),
    variant: axis('1080p', '4k'),
    prompt_tokens: fc.option(fc.oneof(fc.nat(300_000), fc.constantFrom(-1, 0.5)), { nil: undefined }),
  },
  { requiredKeys: [] },
);
const instants = fc
  .date({ min: new Date('2024-06-01T00:00:00Z'), max: new Date('2027-06-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

test.each([
  ['every part of the format', FORMAT_LAYERS, 3000],
  ['contracts', CONTRACT_LAYERS, 3000],
  ['resale and other currencies', RESALE_LAYERS, 3000],
  ['the bundled catalogue', ['base'] as const, 1500],
] as const)('%s', (_what, layers, numRuns) => {
  const files = readLayers(layers);
  const fx = layers === RESALE_LAYERS ? FX : undefined;
  const book = compileBook(files, { fx: fx === undefined ? undefined : parseFxFile(fx, 'fx') });
  const models = files.flatMap(({ cards }) =>
    cards.flatMap(({ provider, model, aliases = [] }) => [model, ...aliases].map((name) => [provider, name] as const)),
  );
  const calls = fc.record({
    model: fc.constantFrom(...models),
    customer: fc.option(fc.constantFrom('acme', 'globex', 'umbrella', 'hooli', 'initech', 'nobody'), {
      nil: undefined,
    }),
    deployment: fc.option(fc.constantFrom('prod', 'eu', 'nobody'), { nil: undefined }),
    at: instants,
    context: contexts,
    tokens,
    counts,
    status: fc.constantFrom('reported', 'estimated'),
  });
  fc.assert(
    fc.property(
      calls,
      ({ model: [provider, model], customer, deployment, at, context, tokens: kinds, counts: others, status }) => {
        const vector: Vector = JSON.parse(
          JSON.stringify({
            id: 'random',
            input: {
              provider,
              model,
              deployment,
              customer,
              at,
              context,
              usage: { ...countsOf(kinds), ...others },
              usage_status: status,
            },
            tokens: kinds,
          }),
        );
        expect(answerOf(book, vector)).toEqual(evaluate(files as unknown as readonly Layer[], vector, fx));
      },
    ),
    { numRuns },
  );
});
