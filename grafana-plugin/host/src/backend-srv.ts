import { AppEvents } from '@grafana/data';
import { type BackendSrvRequest, getAppEvents } from '@grafana/runtime';
import { lastValueFrom, Observable } from 'rxjs';
import { askForKey } from './key-choice.ts';
import { isDirect, proxied } from './plugin-proxy.ts';

/** The part of Grafana's back-end service that app plugins use, on the browser's `fetch`. */
export class HostBackendSrv {
  fetch<T>(options: BackendSrvRequest): Observable<HostResponse<T>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      send<T>(options, abort.signal).then(
        (response) => {
          if (response.ok) {
            subscriber.next(response);
            subscriber.complete();
            return;
          }
          if (options.showErrorAlert !== false) announce(response);
          subscriber.error({ ...response, isHandled: false });
        },
        (cause: Error) => {
          if (cause.name === 'AbortError') subscriber.complete();
          else
            subscriber.error({
              status: 0,
              statusText: 'Network error',
              data: { message: cause.message },
              config: options,
            });
        },
      );
      return () => abort.abort();
    });
  }

  chunked<T>(options: BackendSrvRequest) {
    return this.fetch<T>(options);
  }

  datasourceRequest<T>(options: BackendSrvRequest) {
    return lastValueFrom(this.fetch<T>(options));
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    return (await lastValueFrom(this.fetch<T>(options))).data;
  }

  get<T>(url: string, params?: BackendSrvRequest['params'], requestId?: string, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, method: 'GET', url, params, requestId });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, method: 'POST', url, data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, method: 'PUT', url, data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, method: 'PATCH', url, data });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, method: 'DELETE', url, data });
  }

  resolveCancelerIfExists(): void {}
}

interface HostResponse<T> {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly data: T;
  readonly headers: Headers;
  readonly url: string;
  readonly redirected: boolean;
  readonly type: ResponseType;
  readonly config: BackendSrvRequest;
}

async function send<T>(options: BackendSrvRequest, signal: AbortSignal): Promise<HostResponse<T>> {
  const { url, headers } = proxied(`/${options.url.replace(/^\//, '')}${queryOf(options.params)}`);
  const response = await fetch(url, {
    method: options.method ?? 'GET',
    headers: { 'content-type': 'application/json', ...headers, ...options.headers },
    signal: options.abortSignal === undefined ? signal : AbortSignal.any([signal, options.abortSignal]),
    ...(options.data === undefined ? {} : { body: JSON.stringify(options.data) }),
  });
  const data = read(await response.text());
  if (response.status === 401 && isDirect(options.url)) askForKey();
  const { ok, status, statusText, redirected, type } = response;
  const shown = ok || (typeof data === 'object' && data !== null) ? data : { message: String(data || statusText) };
  return {
    ok,
    status,
    statusText,
    data: shown as T,
    headers: response.headers,
    url,
    redirected,
    type,
    config: options,
  };
}

function read(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function queryOf(params: BackendSrvRequest['params']): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one));
  }
  return query.size === 0 ? '' : `?${query}`;
}

function announce(response: HostResponse<unknown>): void {
  const message = (response.data as { message?: string } | undefined)?.message ?? response.statusText;
  getAppEvents().publish({ type: AppEvents.alertError.name, payload: [message] });
}
