import { sayOnce } from './say-once.ts';

/** An answer that is there to be read, and that only its reader can end. */
export interface OpenCall {
  readonly idleTimeoutMs: number;
  /** Something was read since the last sweep. Set by the reader, cleared here: no clock is read per chunk. */
  active: boolean;
  /** Ends the call with what has arrived so far. */
  abandon(): void;
}

/** Open answers tracked at most. Beyond it the oldest is given up, which ends its span as `abandoned`. */
export const OPEN_CALLS_MAX = 10_000;
const SWEEP_INTERVAL_MAX_MS = 30_000;

const idleSinceMs = new Map<OpenCall, number>();
/** When the object that could still be read is gone, nobody will read it. */
const readers = new FinalizationRegistry<OpenCall>((call) => call.abandon());
let sweeper: { readonly timer: NodeJS.Timeout; readonly intervalMs: number } | undefined;

/** Watches an open answer until `callEnded`. `reader` is the object through which it would be read. */
export function callIsOpen(call: OpenCall, reader: object): void {
  readers.unregister(call);
  readers.register(reader, call, call);
  call.active = true;
  if (idleSinceMs.has(call)) return;
  if (idleSinceMs.size >= OPEN_CALLS_MAX) {
    const oldest = idleSinceMs.keys().next().value;
    sayOnce('open-calls', `more than ${OPEN_CALLS_MAX} streams are open at once; the oldest are recorded as abandoned`);
    oldest?.abandon();
  }
  idleSinceMs.set(call, performance.now());
  sweepAtLeastEvery(Math.min(SWEEP_INTERVAL_MAX_MS, call.idleTimeoutMs / 4));
}

export function callEnded(call: OpenCall): void {
  if (idleSinceMs.delete(call)) readers.unregister(call);
}

/** Answers that are open now. */
export function openCallsCount(): number {
  return idleSinceMs.size;
}

function sweep(): void {
  // Stopped here and not with the last call: a timer per stream would cost more than all else done for it.
  if (idleSinceMs.size === 0) stopSweeping();
  const now = performance.now();
  for (const [call, since] of idleSinceMs) {
    if (call.active) {
      call.active = false;
      idleSinceMs.set(call, now);
    } else if (now - since >= call.idleTimeoutMs) {
      call.abandon();
    }
  }
}

function sweepAtLeastEvery(intervalMs: number): void {
  if (sweeper !== undefined && sweeper.intervalMs <= intervalMs) return;
  stopSweeping();
  sweeper = { timer: setInterval(sweep, intervalMs).unref(), intervalMs };
}

function stopSweeping(): void {
  clearInterval(sweeper?.timer);
  sweeper = undefined;
}
