import { isObject, type JsonObject, openaiRealtime } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { endedCall } from '../ended-call.ts';
import { currentObserver } from '../observers.ts';
import type { Operation } from '../providers/provider.ts';
import { objectAt, textField, textsOf } from '../reading/text-fields.ts';
import { guarded } from '../say-once.ts';
import { serverOf } from '../server-address.ts';
import { tagsOfClient } from '../tags/client-tags.ts';

/** What `new OpenAIRealtimeWS(…)` and `new OpenAIRealtimeWebSocket(…)` of the `openai` SDK give, as far as it matters here. */
interface RealtimeSocket {
  readonly url: URL;
  on(event: string, listen: (event: unknown) => void): unknown;
}

/** Answers that have begun and are not done. A session has one at a time, but for those out of band. */
const OPEN_ANSWERS_MAX = 1_000;
const observed = new WeakSet<object>();

export function isRealtimeSocket(client: object): client is RealtimeSocket {
  const { url, on, send, socket } = client as JsonObject;
  const isUsed = typeof on === 'function' && typeof send === 'function' && typeof socket === 'object';
  return isUsed && url instanceof URL && url.pathname.endsWith('/realtime');
}

/**
 * Observes one realtime session of OpenAI or Azure: every answer of the model is one billable call, from its `response.created` to its
 * `response.done`, with the tags of the moment when the session was handed over. It only listens. What a session is billed for
 * besides its answers (the transcription of what the user says) is not seen.
 */
export function observeRealtime(socket: RealtimeSocket): void {
  if (observed.has(socket)) return;
  observed.add(socket);
  const handedOver = context.active();
  const begunAtMs = new Map<unknown, number>();
  const listen = (event: string, hear: (response: JsonObject) => void) =>
    socket.on(event, (said) =>
      guarded('observing a realtime session', () => hear(objectAt(isObject(said) ? said : {}, 'response'))),
    );
  listen('response.created', ({ id }) => {
    if (begunAtMs.size < OPEN_ANSWERS_MAX) begunAtMs.set(id, Date.now());
  });
  listen('response.done', (response) => {
    const startedAtMs = begunAtMs.get(response['id']);
    begunAtMs.delete(response['id']);
    context.with(handedOver, () => tellOf(response, socket, startedAtMs));
  });
}

function tellOf(response: JsonObject, socket: RealtimeSocket, startedAtMs: number | undefined): void {
  const observer = currentObserver();
  if (observer === undefined) return;
  const server = serverOf(socket.url.href);
  const call = endedCall(observer, {
    operation: realtime,
    provider: server?.provider ?? 'openai',
    server,
    params: textField('model', socket.url.searchParams.get('model') ?? socket.url.searchParams.get('deployment')),
    clientTags: tagsOfClient(socket),
    startedAtMs,
  });
  if (response['status'] === 'cancelled') call.stop('cancelled', response);
  else if (response['status'] === 'failed') call.failedAs(failureOf(response), response);
  else call.succeed(response);
}

function failureOf(response: JsonObject): string {
  const { error } = objectAt(response, 'status_details');
  const { code, type } = isObject(error) ? error : {};
  return textsOf(code, type)[0] ?? 'response_failed';
}

const realtime: Operation = {
  name: 'realtime',
  api: 'realtime',
  usage: openaiRealtime,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  read: ({ id, status }) => ({ ...textField('id', id), finishReasons: textsOf(status), attributes: {} }),
  fold: () => ({ add: () => undefined, isComplete: () => true, body: () => undefined }),
};
