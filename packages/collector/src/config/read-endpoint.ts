import type { ListenAddress } from './collector-config.ts';
import type { ConfigReader } from './config-reader.ts';
import { isLoopback } from './listen-address.ts';

type Path = readonly (string | number)[];

/** An OTLP/HTTP URL of somebody else's, with `signalPath` at its end. */
export function readEndpoint(
  reader: ConfigReader,
  text: string,
  path: Path,
  signalPath: '/v1/traces' | '/v1/metrics',
  listen: ListenAddress,
): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const what = text === '' ? 'is missing' : `"${text}" is no URL`;
    reader.mistake(path, 'ENDPOINT_FORMAT', `${what}; write one such as http://tempo:4318`);
    return text;
  }
  if (isLoopback({ host: url.hostname.replaceAll(/[[\]]/g, ''), port: 0 }) && url.port === String(listen.port)) {
    reader.mistake(path, 'ENDPOINT_SELF', 'is this collector itself, so what it sends would go round for ever');
  }
  if (!url.pathname.endsWith(signalPath)) url.pathname = `${url.pathname.replace(/\/$/, '')}${signalPath}`;
  return url.href;
}

/** Headers by name; `${NAME}` in a value stands for an environment variable. */
export function readHeaders(reader: ConfigReader, value: unknown, path: Path): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, raw] of Object.entries(reader.map(value, path))) {
    const place = [...path, name];
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) reader.mistake(place, 'HEADER_NAME', 'is not a header name');
    else if (typeof raw !== 'string') reader.mistake(place, 'HEADER_VALUE', 'must be a text; put numbers in quotes');
    else {
      const text = reader.expanded(raw, place);
      if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
        reader.mistake(place, 'HEADER_VALUE', 'holds a character that no header may carry');
      else headers[name] = text;
    }
  }
  return headers;
}
