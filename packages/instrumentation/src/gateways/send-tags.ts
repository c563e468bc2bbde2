import type { Tags } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';
import { isHost } from '../server-address.ts';
import type { GatewayFields } from './gateway.ts';
import { GATEWAYS } from './index.ts';

/** Hosts to which tags are sent, and which. Nothing is sent to any other host. */
export interface SentTags {
  /** A host name, or an ending that starts with a dot. */
  readonly host: string;
  readonly format: 'bedrock' | 'cloudflare' | 'helicone' | 'litellm' | 'portkey' | 'truefoundry' | 'vertex';
  /** Keys of the tags to send. There is no default: what leaves the process is named. */
  readonly keys: readonly string[];
  /** What becomes of a value that is longer than the gateway takes. Default `drop`. */
  readonly tooLong?: 'drop' | 'truncate';
}

/** What a call to this host takes along; `undefined` where nothing is to be sent. */
export function tagsToSend(sent: readonly SentTags[], host: string, tags: Tags): GatewayFields | undefined {
  if (sent.length === 0) return undefined;
  const rule = sent.find((one) => isHost(host, one.host));
  const gateway = GATEWAYS.find(({ name }) => name === rule?.format);
  if (rule === undefined || gateway === undefined) return undefined;
  const {
    name,
    valueLengthMax,
    tagsMax = Number.POSITIVE_INFINITY,
  } = { valueLengthMax: Number.POSITIVE_INFINITY, ...gateway };
  const taken: Record<string, string> = {};
  let count = 0;
  for (const key of rule.keys) {
    const value = tags[key];
    if (value === undefined) continue;
    if (count === tagsMax) {
      sayOnce(`send:${name}:count`, `${name} takes ${tagsMax} tags; "${key}" and those after it were not sent`);
      break;
    }
    if (value.length > valueLengthMax && rule.tooLong !== 'truncate') {
      sayOnce(`send:${name}:${key}`, `${name} takes ${valueLengthMax} characters; a longer "${key}" was not sent`);
      continue;
    }
    if (value.length > valueLengthMax) {
      sayOnce(`send:${name}:${key}`, `${name} takes ${valueLengthMax} characters; a longer "${key}" was cut`);
    }
    taken[key] = value.slice(0, valueLengthMax);
    count += 1;
  }
  return count === 0 ? undefined : gateway.format(taken);
}

/** Request options of an SDK with more headers, in a copy. The application's own headers stand above ours. */
export function withHeaders(options: unknown, headers: Readonly<Record<string, string>>): object {
  const given = typeof options === 'object' && options !== null ? (options as { readonly headers?: unknown }) : {};
  const own =
    given.headers instanceof Headers || Array.isArray(given.headers)
      ? Object.fromEntries(given.headers as Iterable<[string, string]>)
      : ((given.headers ?? {}) as object);
  return { ...given, headers: { ...headers, ...own } };
}
