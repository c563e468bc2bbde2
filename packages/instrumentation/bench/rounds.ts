const ROUNDS = 41;
/** Enough calls for the engine to have settled on both sides. */
const WARM_ROUNDS = 100;
const FIRST_CHUNKS = 4_000;

export interface Compared {
  readonly bareUs: number;
  readonly differenceUs: number;
}

export interface Sides {
  /** Makes one call. */
  bare(): Promise<unknown>;
  other(): Promise<unknown>;
}

/** CPU time of this thread per call, medians of rounds that take turns. */
export async function compareRounds(
  sides: Sides & { readonly callsPerRound: number },
  rounds = { measured: ROUNDS, warm: WARM_ROUNDS },
): Promise<Compared> {
  const { callsPerRound } = sides;
  const round = async (side: 'bare' | 'other') => {
    const before = process.threadCpuUsage();
    for (let made = 0; made < callsPerRound; made += 1) await sides[side]();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / callsPerRound;
  };
  for (let warm = 0; warm < rounds.warm; warm += 1) await round(warm % 2 === 0 ? 'bare' : 'other');
  const bareUs: number[] = [];
  const otherUs: number[] = [];
  for (let at = 0; at < rounds.measured; at += 1) {
    if (at % 2 === 0) bareUs.push(await round('bare'));
    otherUs.push(await round('other'));
    if (at % 2 === 1) bareUs.push(await round('bare'));
  }
  return { bareUs: quantile(bareUs, 0.5), differenceUs: quantile(otherUs, 0.5) - quantile(bareUs, 0.5) };
}

export interface FirstChunks {
  readonly bareP95Us: number;
  readonly otherP95Us: number;
}

/** Wall time from the call to its first chunk, one of each side in turns, each read to its end afterwards. */
export async function compareFirstChunks(
  sides: {
    bare(): PromiseLike<unknown>;
    other(): PromiseLike<unknown>;
  },
  calls = FIRST_CHUNKS,
): Promise<FirstChunks> {
  const measured = { bare: [] as number[], other: [] as number[] };
  const one = async (side: 'bare' | 'other') => {
    const begunAt = performance.now();
    let first: number | undefined;
    for await (const _chunk of (await sides[side]()) as AsyncIterable<unknown>) first ??= performance.now();
    measured[side].push(((first ?? Number.NaN) - begunAt) * 1_000);
  };
  for (let made = 0; made < calls; made += 1) {
    await one(made % 2 === 0 ? 'bare' : 'other');
    await one(made % 2 === 0 ? 'other' : 'bare');
  }
  const warm = Math.floor(calls / 10);
  return {
    bareP95Us: quantile(measured.bare.slice(warm), 0.95),
    otherP95Us: quantile(measured.other.slice(warm), 0.95),
  };
}

function quantile(values: readonly number[], at: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * at)] ?? Number.NaN;
}

export const us = (value: number): string => `${value.toFixed(2)} µs`;
