import type { IncomingMessage, ServerResponse } from 'node:http';
import { withTags } from '../tags/context-tags.ts';
import { QuotaCheck, type QuotaMiddlewareOptions } from './quota-check.ts';

export type { QuotaMiddlewareOptions } from './quota-check.ts';

/**
 * Express (and Connect) middleware: `app.use('/chat', costspanQuota({ tags: (request) => ({ customer_id: request.user.id }) }))`.
 * The handlers after it run with the tags; a request without room is answered with the refusal, in English or Arabic.
 */
export function costspanQuota<Request extends IncomingMessage>(
  options: QuotaMiddlewareOptions<Request>,
): (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void {
  const check = new QuotaCheck(options);
  return (request, response, next) => {
    void check
      .of(request, request.headers['accept-language'])
      .then(({ tags, headers, refusal }) => {
        // Somebody else may have answered meanwhile.
        if (response.headersSent) return;
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        if (refusal === undefined) {
          withTags(tags, next);
          return;
        }
        response.statusCode = refusal.status;
        response.end(JSON.stringify(refusal.body));
      })
      .catch(next);
  };
}
