import type { AppOptions } from './app-options.ts';
import { openProviders } from './providers.ts';
import { runTraffic, type TrafficSummary } from './traffic.ts';

/** How long visits under way may take to end after a stop, before they are cut off. */
const FINISH_WITHIN_MS = 8_000;

/**
 * Runs the product from start to stop.
 * @param onStart is told where the calls go, once the first one may be made.
 */
export async function runApp(
  options: AppOptions,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  onStart: (notice: string) => void,
): Promise<TrafficSummary> {
  const providers = await openProviders(options, env);
  const cutOff = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const startCountdown = () => {
    timer = setTimeout(() => cutOff.abort(), FINISH_WITHIN_MS);
  };
  stop.addEventListener('abort', startCountdown, { once: true });
  try {
    onStart(providers.notice);
    return await runTraffic(providers, options, stop, cutOff.signal);
  } finally {
    stop.removeEventListener('abort', startCountdown);
    clearTimeout(timer);
    await providers.close();
  }
}
