import { withTags } from '../tags/context-tags.ts';
import { QuotaCheck, type QuotaMiddlewareOptions } from './quota-check.ts';

export type { QuotaMiddlewareOptions } from './quota-check.ts';

/** What we need of Hono's context. */
export interface HonoContextLike {
  readonly req: { header(name: string): string | undefined };
  header(name: string, value: string): void;
}

/**
 * Hono middleware: `app.use('/chat/*', costspanQuota({ tags: (context) => ({ customer_id: context.get('customer') }) }))`. The
 * handlers after it run with the tags; a request without room is answered with the refusal, in English or Arabic.
 */
export function costspanQuota<Context extends HonoContextLike>(
  options: QuotaMiddlewareOptions<Context>,
): (context: Context, next: () => Promise<void>) => Promise<Response | undefined> {
  const check = new QuotaCheck(options);
  return async (context, next) => {
    const { tags, headers, refusal } = await check.of(context, context.req.header('accept-language'));
    if (refusal !== undefined) return new Response(JSON.stringify(refusal.body), { status: refusal.status, headers });
    await withTags(tags, next);
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
    return undefined;
  };
}
