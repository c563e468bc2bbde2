import { isIPv6 } from 'node:net';
import type { ListenAddress } from './collector-config.ts';

const ADDRESS = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/;

/** Reads `127.0.0.1:4318`, `localhost:0` or `[::1]:4318`; `undefined` when it is none of these. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, ipv6, name, digits] = ADDRESS.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535) || (ipv6 !== undefined && !isIPv6(ipv6))) return undefined;
  return { host, port };
}

/** True when only this machine can reach the address. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The address as it stands in a URL. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
