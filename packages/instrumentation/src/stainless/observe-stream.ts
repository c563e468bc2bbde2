import type { ObservedCall } from '../observed-call.ts';
import { guarded } from '../say-once.ts';
import { StreamReading } from '../stream-reading.ts';
import type { SdkStream } from './stainless-client.ts';

/** Streams that already report to a call. A stream can pass through several promises of one request. */
const observed = new WeakSet<object>();

/**
 * Watches the chunks that the application reads from an SDK stream. The stream object stays the SDK's own and nothing is
 * read that the application does not ask for.
 * @param hidesUsage we asked for the usage chunk, so it is taken out before the application sees it.
 */
export function observeStream(stream: SdkStream, call: ObservedCall, hidesUsage: boolean): void {
  if (observed.has(stream)) return;
  observed.add(stream);
  const reading = new StreamReading(call, call.start.operation.fold(), stream.controller, hidesUsage);
  const open = stream.iterator;
  stream.iterator = function iterator(this: unknown) {
    const source = open.call(this);
    guarded('observing a stream', () => reading.follow(source));
    return source;
  };
  call.leaveOpen(stream, reading.soFar);
}
