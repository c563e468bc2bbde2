import type { IncomingHttpHeaders } from 'node:http';
import { withTags } from '../tags/context-tags.ts';
import { QuotaCheck, type QuotaMiddlewareOptions } from './quota-check.ts';

export type { QuotaMiddlewareOptions } from './quota-check.ts';

/** What we need of Fastify's request and reply. */
export interface FastifyRequestLike {
  readonly headers: IncomingHttpHeaders;
}

export interface FastifyReplyLike {
  readonly sent: boolean;
  code(status: number): FastifyReplyLike;
  headers(values: Record<string, string>): FastifyReplyLike;
  send(body: string): unknown;
}

/**
 * A Fastify hook: `app.addHook('preHandler', costspanQuota({ tags: (request) => ({ customer_id: request.user.id }) }))`. The
 * handler runs with the tags; a request without room is answered with the refusal, in English or Arabic.
 */
export function costspanQuota<Request extends FastifyRequestLike>(
  options: QuotaMiddlewareOptions<Request>,
): (request: Request, reply: FastifyReplyLike, done: (error?: Error) => void) => void {
  const check = new QuotaCheck(options);
  return (request, reply, done) => {
    void check
      .of(request, request.headers['accept-language'])
      .then(({ tags, headers, refusal }) => {
        // Somebody else may have answered meanwhile.
        if (reply.sent) return;
        reply.headers({ ...headers });
        if (refusal === undefined) withTags(tags, done);
        else reply.code(refusal.status).send(JSON.stringify(refusal.body));
      })
      .catch(done);
  };
}
