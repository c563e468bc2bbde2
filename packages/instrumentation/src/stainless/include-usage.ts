import { isObject, type JsonObject } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';
import { isHost } from '../server-address.ts';

/** Hosts that refused the option. We ask them no more for the life of the process. */
const refusing = new Set<string>();
const REFUSING_MAX = 256;

/**
 * The request with `stream_options.include_usage`, or `undefined` when it must stay as it is: not streamed, the caller
 * decided, the host is not known to understand the option, or the parameters are not a plain object we could copy.
 */
export function withIncludeUsage(params: JsonObject, host: string, hosts: readonly string[]): JsonObject | undefined {
  if (params['stream'] !== true || refusing.has(host)) return undefined;
  if (!hosts.some((pattern) => isHost(host, pattern))) return undefined;
  const prototype: unknown = Object.getPrototypeOf(params);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const given = params['stream_options'];
  if (given === undefined) return { ...params, stream_options: { include_usage: true } };
  if (!isObject(given) || given['include_usage'] !== undefined) return undefined;
  return { ...params, stream_options: { ...given, include_usage: true } };
}

/** Remembers a host that answered 400 because of the option. */
export function noteRefusal(error: unknown, host: string): void {
  if (!isObject(error) || error['status'] !== 400) return;
  const said = `${String(error['message'])} ${String(error['param'])}`;
  if (!said.includes('stream_options') && !said.includes('include_usage')) return;
  if (refusing.size < REFUSING_MAX) refusing.add(host);
  sayOnce(
    `include-usage:${host}`,
    `${host} refused stream_options.include_usage; it will not be sent there again, and its chat streams will have no usage. Set injectIncludeUsage: false to never send it`,
  );
}
