import type { ObservedCall } from '../observed-call.ts';
import { guarded } from '../say-once.ts';
import { StreamReading } from '../stream-reading.ts';

type Stream = AsyncIterable<unknown> & object;

export function isStream(value: unknown): value is Stream {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, Symbol.asyncIterator) === 'function';
}

/**
 * Watches the chunks that the application reads from an iterable of the SDK: a generator, an object that gives iterators, or a
 * `ReadableStream` of parsed chunks. The object stays the SDK's own, and nothing is read that the application does not ask for.
 */
export function observeIterable(stream: Stream, call: ObservedCall, fold = call.start.operation.fold()): void {
  const { operation } = call.start;
  const reading = new StreamReading(call, fold, controllerOf(stream), false);
  // A framework's generator makes its request when it is read, wherever that is.
  if (operation.isFramework === true && isIterator(stream)) runInside(stream, call);
  if (isIterator(stream)) reading.follow(stream);
  else if (stream instanceof ReadableStream) observeReadable(stream, reading);
  else followIteratorsOf(stream, Symbol.asyncIterator, reading);
  call.leaveOpen(stream, reading.soFar);
}

function isIterator(stream: Stream): stream is Stream & AsyncIterator<unknown> {
  return 'next' in stream && typeof stream.next === 'function';
}

function runInside(source: AsyncIterator<unknown>, call: ObservedCall): void {
  const next = source.next.bind(source);
  source.next = (...value) => call.run(() => next(...(value as [])));
}

function controllerOf(stream: Stream): AbortController | undefined {
  const controller: unknown = 'abortController' in stream ? stream.abortController : undefined;
  return controller instanceof AbortController ? controller : undefined;
}

type Own = (...args: unknown[]) => unknown;

/** Gives one object a method of its own in place of its class's. */
function replaceMethod(owner: object, name: PropertyKey, around: (original: Own, ...args: unknown[]) => unknown): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') return;
  const bound: Own = (...args) => original.apply(owner, args);
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]) => around(bound, ...args),
  });
}

function followIteratorsOf(stream: object, name: PropertyKey, reading: StreamReading): void {
  replaceMethod(stream, name, (open, ...args) => {
    const source = open(...args) as AsyncIterator<unknown>;
    guarded('observing a stream', () => reading.follow(source));
    return source;
  });
}

/** Every way to read a `ReadableStream`. Those that the platform does inside read through a copy that pulls on demand. */
function observeReadable(stream: ReadableStream<unknown>, reading: StreamReading): void {
  // The platform's iterators do not use `getReader`, so nothing is seen twice.
  const getReader = stream.getReader.bind(stream);
  followIteratorsOf(stream, Symbol.asyncIterator, reading);
  followIteratorsOf(stream, 'values', reading);
  replaceMethod(stream, 'getReader', (open, ...args) => {
    const reader = open(...args) as ReadableStreamDefaultReader<unknown>;
    guarded('observing a stream', () => {
      const source = readsOf(reader);
      reading.follow(source);
      replaceMethod(reader, 'read', () => source.next());
      replaceMethod(reader, 'cancel', (_cancel, reason) => source.return(reason).then(() => undefined));
    });
    return reader;
  });
  for (const name of ['tee', 'pipeTo', 'pipeThrough'] as const) {
    replaceMethod(stream, name, (_own, ...args) => pulling(getReader(), reading)[name](...args));
  }
  replaceMethod(stream, 'cancel', (cancel, reason) => {
    guarded('observing an early end', () => reading.stopped());
    return cancel(reason);
  });
}

interface Reads extends AsyncIterator<unknown> {
  next(): Promise<IteratorResult<unknown, unknown>>;
  return(reason?: unknown): Promise<IteratorResult<unknown, unknown>>;
}

/** A reader's reads and its cancel, as an iterator. Its methods are the reader's own, taken before they are replaced. */
function readsOf(reader: ReadableStreamDefaultReader<unknown>): Reads {
  const read = reader.read.bind(reader);
  const cancel = reader.cancel.bind(reader);
  return {
    next: async () => (await read()) as IteratorResult<unknown, unknown>,
    return: async (reason) => {
      await cancel(reason);
      return { done: true, value: undefined };
    },
  };
}

/** The same stream as a new one that holds no chunk back and reads none ahead. */
function pulling(
  reader: ReadableStreamDefaultReader<unknown>,
  reading: StreamReading,
): Record<'tee' | 'pipeTo' | 'pipeThrough', Own> {
  const source = readsOf(reader);
  reading.follow(source);
  const copy = new ReadableStream<unknown>(
    {
      async pull(controller) {
        const { done, value } = await source.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => source.return(reason).then(() => undefined),
    },
    { highWaterMark: 0 },
  );
  return {
    tee: () => copy.tee(),
    pipeTo: (...args) => copy.pipeTo(...(args as Parameters<typeof copy.pipeTo>)),
    pipeThrough: (...args) => copy.pipeThrough(...(args as Parameters<typeof copy.pipeThrough>)),
  };
}
