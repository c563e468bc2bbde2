import { expect, test } from 'vitest';
import { GroupCommit } from './group-commit.ts';
import { LedgerUnavailableError } from './ledger.ts';

interface Store {
  readonly groups: number[][];
  /** Lets the running commit end. */
  readonly release: () => void;
  readonly commits: GroupCommit<number, string>;
}

/** Batches are numbers, which are also their sizes in rows. */
function store(
  options: Partial<Record<'groupRowsMax' | 'groupAgeMaxMs' | 'waitingRowsMax', number>>,
  failing = false,
): Store {
  const groups: number[][] = [];
  let release = () => {};
  const commits = new GroupCommit<number, string>({
    rowsOf: (batch) => batch,
    groupRowsMax: 100,
    groupAgeMaxMs: 0,
    waitingRowsMax: 1000,
    ...options,
    commit: async (batches) => {
      groups.push([...batches]);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      if (failing) throw new LedgerUnavailableError('LEDGER_WRITE', 'disk full');
      return batches.map((batch) => `wrote ${batch}`);
    },
  });
  return { groups, release: () => release(), commits };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('batches that arrive during a commit share the next one', async () => {
  const { groups, release, commits } = store({});
  const first = commits.add(10);
  await turn();
  const others = [commits.add(20), commits.add(30)];
  release();
  expect(await first).toBe('wrote 10');
  await turn();
  expect(groups).toEqual([[10], [20, 30]]);
  release();
  expect(await Promise.all(others)).toEqual(['wrote 20', 'wrote 30']);
});

test('a group ends at its most rows, and a larger batch is never cut', async () => {
  const { groups, release, commits } = store({});
  const all = [commits.add(1)];
  await turn();
  all.push(commits.add(60), commits.add(40), commits.add(1), commits.add(250), commits.add(2));
  for (let i = 0; i < 5; i += 1) {
    release();
    await turn();
  }
  await Promise.all(all);
  expect(groups).toEqual([[1], [60, 40], [1], [250], [2]]);
});

test('a full group does not wait for its age', async () => {
  const { groups, release, commits } = store({ groupAgeMaxMs: 3_600_000 });
  const all = [commits.add(50), commits.add(50)];
  await turn();
  expect(groups).toEqual([[50, 50]]);
  release();
  await Promise.all(all);
});

test('a failed commit is the answer to every batch of its group and to no other', async () => {
  const { release, commits } = store({}, true);
  const refused = Promise.allSettled([commits.add(1)]);
  await turn();
  release();
  expect((await refused)[0]).toMatchObject({ status: 'rejected', reason: { code: 'LEDGER_WRITE' } });
  const next = Promise.allSettled([commits.add(2), commits.add(3)]);
  await turn();
  release();
  expect((await next).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('beyond the waiting rows a batch is refused at once; one batch alone is always taken', async () => {
  const { release, commits } = store({ waitingRowsMax: 100 });
  const all = [commits.add(5000)];
  await turn();
  all.push(commits.add(99), commits.add(1));
  await expect(commits.add(1)).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
  for (let i = 0; i < 3; i += 1) {
    release();
    await turn();
  }
  await Promise.all(all);
});

test('while the store stands still what waits stays bounded, and afterwards everything gets in once', async () => {
  const { groups, release, commits } = store({ waitingRowsMax: 1000 });
  const sent = Array.from({ length: 500 }, (_, n) => 20 + (n % 5));
  const waiting = new Map<number, number>(sent.entries());
  let busiest = 0;
  for (let attempt = 0; waiting.size > 0; attempt += 1) {
    const answers = [...waiting].map(async ([n, rows]) => {
      await commits.add(rows);
      waiting.delete(n);
      return rows;
    });
    const settled = Promise.allSettled(answers);
    await turn();
    // Every commit ends at last; the first one only after all senders were refused.
    for (let commit = 0; commit < 200; commit += 1) {
      release();
      await turn();
    }
    const results = await settled;
    const accepted = results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
    busiest = Math.max(busiest, accepted);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LEDGER_BUSY' });
    }
    expect(accepted).toBeGreaterThan(0);
    expect(attempt).toBeLessThan(100);
  }
  expect(busiest).toBeLessThanOrEqual(1000);
  expect(groups.flat().sort()).toEqual(sent.toSorted());
});

test('closing answers what was accepted and refuses the rest', async () => {
  const { release, commits } = store({ groupAgeMaxMs: 3_600_000 });
  const accepted = commits.add(1);
  const closing = commits.close();
  await expect(commits.add(2)).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
  await turn();
  release();
  await closing;
  expect(await accepted).toBe('wrote 1');
});
