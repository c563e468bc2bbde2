import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { PLUGIN_ID } from '../plugin-id.ts';
import { ApiError, apiErrorOf, mayPass } from './api-error.ts';
import { AnswerMismatch, type Check } from './check.ts';

/** The proxy routes of plugin.json. Each allows one method below one path of the API. */
export type Route = 'read' | 'usage' | 'quota';

export interface Request {
  readonly route: Route;
  /** Below the route, without a leading slash. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

const ATTEMPTS_MAX = 3;
const RETRY_AFTER_MS = 400;

/**
 * Asks the usage API through Grafana's data proxy. The only place that knows the proxy.
 * Every question of ours only reads, so a failure that may pass is tried again.
 * @throws ApiError
 */
export async function ask<T>(request: Request, check: Check<T>, signal?: AbortSignal): Promise<T> {
  const requestId = crypto.randomUUID().slice(0, 13);
  for (let attempt = 1; ; attempt++) {
    try {
      return check(await send(request, requestId, signal), 'answer');
    } catch (cause) {
      if (cause instanceof AnswerMismatch) throw new ApiError('mismatch', 200, cause.message, requestId);
      const error = apiErrorOf(cause, requestId);
      if (!mayPass(error) || attempt === ATTEMPTS_MAX || signal?.aborted === true) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS * attempt));
    }
  }
}

async function send({ route, path, method = 'GET', params, body }: Request, requestId: string, signal?: AbortSignal) {
  const response = getBackendSrv().fetch<unknown>({
    url: `/api/plugin-proxy/${PLUGIN_ID}/${route}/${path}`,
    method,
    headers: { 'x-request-id': requestId },
    showErrorAlert: false,
    ...(params === undefined ? {} : { params }),
    ...(body === undefined ? {} : { data: body }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  });
  return (await lastValueFrom(response)).data;
}
