import { callQuotaHere, type UnsentRequest } from '../quota/call-quota.ts';
import { sayOnce } from '../say-once.ts';

type Prepare = (this: unknown, request: UnsentRequest, ...rest: unknown[]) => Promise<void>;

/** Classes whose `prepareOptions` waits for quotas. The SDK awaits it before every attempt of a request, and sends nothing when it throws. */
const holding = new Map<object, () => void>();

/**
 * Makes requests of the client's class wait for their quota, once per class. The promise that the application has stays the
 * SDK's own; what `prepareOptions` throws rejects it as it is and is not tried again.
 */
export function holdRequestsOf(client: object): void {
  let prototype: object | null = Object.getPrototypeOf(client);
  while (prototype !== null && !Object.hasOwn(prototype, 'prepareOptions')) {
    prototype = Object.getPrototypeOf(prototype);
  }
  if (prototype === null) {
    sayOnce(
      `quota:hold:${client.constructor.name}`,
      `quota: a request of ${client.constructor.name} cannot be held back in this version of the SDK; its calls are counted and never refused`,
    );
    return;
  }
  if (holding.has(prototype)) return;
  const target = prototype as { prepareOptions: Prepare };
  const prepare = target.prepareOptions;
  const held: Prepare = async function (this: unknown, request, ...rest) {
    await callQuotaHere()?.beforeSending(request);
    await prepare.call(this, request, ...rest);
  };
  target.prepareOptions = held;
  holding.set(prototype, () => {
    if (target.prepareOptions === held) target.prepareOptions = prepare;
  });
}

export function releaseRequests(): void {
  for (const restore of holding.values()) restore();
  holding.clear();
}
