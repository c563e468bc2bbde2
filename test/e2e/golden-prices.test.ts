import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SHARED } from '../repository.ts';
import { costspan, scratchDirectory } from './costspan-process.ts';

// Price facts of another project, through the command: their cards imported, their calls priced, every amount equal as text.

interface GoldenRow {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly resolved_model: string;
  readonly at: string;
  readonly usage: object;
  readonly lines: readonly (readonly [meter: string, quantity: string, rate: string, amount: string])[];
  readonly expected: { readonly total: string };
}

interface PricedLine {
  readonly meter: string;
  readonly quantity: number;
  readonly rate: string;
  readonly amount: string;
}

const CARDS = join(SHARED, 'data/pricing/genai-prices-rate-cards.json');
const GOLDEN = join(SHARED, 'data/pricing/genai-prices-usage-golden.json');

describe.skipIf(!existsSync(GOLDEN))('golden prices (needs ../shared/data/pricing beside the checkout)', () => {
  let scratch: Awaited<ReturnType<typeof scratchDirectory>>;
  beforeAll(async () => {
    scratch = await scratchDirectory();
  });
  afterAll(() => scratch.remove());

  test('every row has the same total and the same lines', async () => {
    const cards = join(scratch.path, 'cards.json');
    expect(await costspan(['cards', 'import', '--from', 'genai-prices', CARDS, '--out', cards])).toMatchObject({
      code: 0,
    });

    const { rows } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { readonly rows: readonly GoldenRow[] };
    expect(rows.length).toBeGreaterThan(800);
    const input = rows.map(({ id, provider, resolved_model: model, at, usage }) =>
      JSON.stringify({ id, provider, model, at, usage }),
    );
    const { code, stdout } = await costspan(['price', '--cards', cards], `${input.join('\n')}\n`);
    expect(code).toBe(0);

    const answers = stdout
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            readonly id: string;
            readonly total: string | null;
            readonly lines: readonly PricedLine[];
          },
      );
    const priced = answers.map(({ id, total, lines }) => ({
      id,
      total,
      // A free card may say its zeros line by line; the source leaves such lines out.
      lines: lines
        .filter((line) => line.amount !== '0')
        .map((line) => [line.meter, line.quantity, line.rate, line.amount].join(' '))
        .sort(),
    }));
    expect(priced).toEqual(
      rows.map(({ id, expected, lines }) => ({
        id,
        total: expected.total,
        lines: lines.map((line) => line.join(' ')).sort(),
      })),
    );
  });
});
