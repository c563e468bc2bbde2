import type { Maybe, QuotaStore } from '@costspan/quota';

export interface StoreWatch {
  onFailure(cause: unknown): void;
  onAnswer(): void;
}

/** The same store, whose failures and answers somebody hears of. What answers at once still does. */
export function watchStore(store: QuotaStore, watch: StoreWatch): QuotaStore {
  const heard = <T>(ask: () => Maybe<T>): Maybe<T> => {
    let answer: Maybe<T>;
    try {
      answer = ask();
    } catch (cause) {
      watch.onFailure(cause);
      throw cause;
    }
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (value) => {
        watch.onAnswer();
        return value;
      },
      (cause) => {
        watch.onFailure(cause);
        throw cause;
      },
    );
  };
  return {
    reserve: (request) => heard(() => store.reserve(request)),
    settle: (id, used, nowMs) => heard(() => store.settle(id, used, nowMs)),
    release: (id, nowMs) => heard(() => store.release(id, nowMs)),
    extend: (id, nowMs, leaseMs) => heard(() => store.extend(id, nowMs, leaseMs)),
    record: (id, entries, nowMs, atMs) => heard(() => store.record(id, entries, nowMs, atMs)),
    settleOrRecord: (id, used, entries, nowMs, atMs) =>
      heard(() => store.settleOrRecord(id, used, entries, nowMs, atMs)),
    read: (counters, nowMs) => heard(() => store.read(counters, nowMs)),
    list: (group, max, nowMs) => heard(() => store.list(group, max, nowMs)),
    claimAlerts: (max, nowMs, holdMs) => heard(() => store.claimAlerts(max, nowMs, holdMs)),
    confirmAlerts: (ids) => heard(() => store.confirmAlerts(ids)),
    identify: (fresh) => heard(() => store.identify(fresh)),
  };
}
