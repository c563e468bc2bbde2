import { context } from '@opentelemetry/api';
import { callIn } from '../observed-call.ts';
import { guarded } from '../say-once.ts';

type Retry = (this: unknown, ...args: unknown[]) => unknown;

/** Classes whose `retryRequest` counts. The SDK calls it once before every further attempt of a request. */
const counted = new Map<object, () => void>();

/** Makes the client's class count retries, once per class. An SDK without the method has no count; its calls stay as they are. */
export function countRetriesOf(client: object): void {
  let prototype: object | null = Object.getPrototypeOf(client);
  while (prototype !== null && !Object.hasOwn(prototype, 'retryRequest')) prototype = Object.getPrototypeOf(prototype);
  if (prototype === null || counted.has(prototype)) return;
  const target = prototype as { retryRequest: Retry };
  const retry = target.retryRequest;
  if (typeof retry !== 'function') return;
  const countedRetry: Retry = function (this: unknown, ...args) {
    guarded('counting a retry', () => callIn(context.active())?.retried());
    return retry.apply(this, args);
  };
  target.retryRequest = countedRetry;
  counted.set(prototype, () => {
    if (target.retryRequest === countedRetry) target.retryRequest = retry;
  });
}

export function uncountRetries(): void {
  for (const restore of counted.values()) restore();
  counted.clear();
}
