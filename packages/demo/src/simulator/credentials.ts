import type { IncomingHttpHeaders } from 'node:http';
import { ProviderError, type WireFormat } from './provider-error.ts';

/** The key of the demo. Any key opens the simulator, but for none and one that starts with `invalid`. */
export const SIMULATOR_KEY = 'sk-simulator';

/**
 * Looks for an API key where the provider looks for it.
 * @throws ProviderError `authentication` when there is none or it starts with `invalid`.
 */
export function checkApiKey(format: WireFormat, headers: IncomingHttpHeaders): void {
  if (format === 'anthropic') {
    // The SDK sends a Bearer token since 1.0 and `x-api-key` before; the API takes both.
    const key = headers['x-api-key'] ?? bearer(headers);
    if (typeof key !== 'string') throw new ProviderError('authentication', 'x-api-key header is required');
    if (key.startsWith('invalid')) throw new ProviderError('authentication', 'invalid x-api-key');
    if (headers['anthropic-version'] === undefined) {
      throw new ProviderError('invalid_request', 'anthropic-version: header is required');
    }
    return;
  }
  const key = bearer(headers);
  if (key === undefined) {
    throw new ProviderError(
      'authentication',
      'No API key was sent. Put it in the Authorization header as a Bearer token.',
    );
  }
  if (key.startsWith('invalid')) {
    throw new ProviderError('authentication', `Incorrect API key provided: ${key.slice(0, 7)}***.`);
  }
}

function bearer(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
}
