import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';

declare module 'hono' {
  interface ContextVariableMap {
    /** Stands in the answer and in the log. Absent outside `/api`. */
    requestId?: string;
  }
}

const HEADER = 'x-request-id';
/** Nothing that could break a line of the log or of a header. */
const ID = /^[\w.:/+=@-]{1,128}$/;

/** Every answer carries the id that the asker gave its request, or one made here; what went wrong is logged with it. */
export const nameRequest: MiddlewareHandler = async (context, next) => {
  const given = context.req.header(HEADER);
  const id = given !== undefined && ID.test(given) ? given : randomUUID();
  context.set('requestId', id);
  await next();
  context.res.headers.set(HEADER, id);
};

/** A request, as the log names it. */
export function nameOf(context: Context): string {
  const id = context.get('requestId');
  return `${context.req.method} ${context.req.path}${id === undefined ? '' : ` (request ${id})`}`;
}
