import { expect, test } from 'vitest';
import { LedgerUnavailableError, QueryTooLargeError } from '../ledger.ts';
import type { Connection, Database } from './database.ts';
import { Readers } from './readers.ts';

const bounds = { connectionsMax: 2, waitingMax: 1, timeoutMs: 60_000 };

test('a question that takes too long is interrupted and told how to ask less', async () => {
  const readers = new Readers(fakeDatabase(), { ...bounds, timeoutMs: 0 });
  const asked = readers.read((connection) => connection.rows('forever'));
  await expect(asked).rejects.toThrow(QueryTooLargeError);
  await expect(asked).rejects.toThrow('ask for a shorter time or fewer groups');
});

test('a question that needs too much memory is told how to ask less', async () => {
  const readers = new Readers(fakeDatabase(), bounds);
  const error = new Error('Out of Memory Error: could not allocate block');
  await expect(readers.read(() => Promise.reject(error))).rejects.toMatchObject({ code: 'QUERY_MEMORY', cause: error });
});

test('an error of the store is not taken for a long question', async () => {
  const readers = new Readers(fakeDatabase(), bounds);
  await expect(readers.read(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('questions beyond the connections wait, and beyond the waiting are refused', async () => {
  const readers = new Readers(fakeDatabase(), bounds);
  let finish = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const running = [1, 2, 3].map((n) => readers.read(() => gate.then(() => n)));
  await expect(readers.read(async () => 4)).rejects.toThrow(LedgerUnavailableError);
  finish();
  expect(await Promise.all(running)).toEqual([1, 2, 3]);
  expect(await readers.read(async () => 5)).toBe(5);
});

test('closing interrupts what runs and refuses what waits', async () => {
  const database = fakeDatabase();
  const readers = new Readers(database, { ...bounds, connectionsMax: 1 });
  const running = readers.read((connection) => connection.rows('forever'));
  const waiting = readers.read(async () => 'never');
  const outcomes = Promise.allSettled([running, waiting]);
  await readers.close();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(database.open).toBe(0);
});

/** Statements end at once, but for "forever", which ends when it is interrupted. */
function fakeDatabase(): Database & { open: number } {
  const database = {
    open: 0,
    async connect(): Promise<Connection> {
      database.open += 1;
      let stop = () => {};
      return {
        run: async () => {},
        rows: (sql) =>
          sql === 'forever'
            ? new Promise((_, reject) => {
                stop = () => reject(new Error('INTERRUPT Error: Interrupted!'));
              })
            : Promise.resolve([]),
        words: async () => {},
        append: async () => {},
        interrupt: () => stop(),
        close: () => {
          database.open -= 1;
        },
      };
    },
    staging: '',
    close: () => {},
  };
  return database;
}
