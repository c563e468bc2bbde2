export interface ValueAxis {
  /** Upper end; a multiple of the step, never below the largest value. */
  readonly max: number;
  /** From 0 to `max`. */
  readonly ticks: readonly number[];
}

/** Round steps (1, 2, 2.5 or 5 times a power of ten) so that about `count` of them hold `largest`. */
export function valueAxis(largest: number, count = 5): ValueAxis {
  if (!(largest > 0)) return { max: 1, ticks: [0, 1] };
  const rough = largest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((candidate) => candidate * power >= rough * 0.999) ?? 10) * power;
  const steps = Math.ceil(largest / step - 1e-9);
  // Multiplying keeps ticks clean where adding 0.1 ten times would not.
  const ticks = Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { max: ticks.at(-1) ?? 1, ticks };
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Which of `count` labels to show so that none is nearer than `gapMin` when all take `width`; the last is kept free. */
export function labelStep(count: number, width: number, gapMin: number): number {
  return Math.max(1, Math.ceil((count * gapMin) / Math.max(width, 1)));
}
