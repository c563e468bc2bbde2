import { COSTSPAN, TAG_PREFIX } from '@costspan/usage';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import { callIn } from './observed-call.ts';
import { guarded } from './say-once.ts';
import { tagsIn } from './tags/context-tags.ts';
import { settleTags } from './tags/tag-changes.ts';

/** What we look at of a starting span. Every OpenTelemetry SDK's span has these. */
interface StartingSpan extends Pick<Span, 'setAttribute'> {
  readonly attributes: Attributes;
  readonly instrumentationScope?: { readonly name: string };
}

/**
 * Puts the tags of `withTags` on LLM spans that other instrumentations make (the Vercel AI SDK, LangChain, an SDK's own
 * telemetry). Inside a call that we observe it also marks them as not billable: that call has its one billable span.
 * Add it to your SDK's `spanProcessors`.
 */
export class CostspanSpanProcessor {
  readonly #mode: 'enrich' | 'own';

  /**
   * @param options.mode `enrich` (default): a foreign span outside our calls stays what it says it is. `own`: no foreign span is
   * ever billed, for an application in which every call is observed by us or told with `recordCall`.
   */
  constructor({ mode = 'enrich' }: { readonly mode?: 'enrich' | 'own' } = {}) {
    this.#mode = mode;
  }

  onStart(span: StartingSpan, parent: Context): void {
    guarded('tagging a span', () => {
      if (!isForeignLlmSpan(span)) return;
      for (const [key, value] of Object.entries(settleTags([tagsIn(parent)])))
        span.setAttribute(TAG_PREFIX + key, value);
      if (this.#mode === 'own' || callIn(parent) !== undefined) span.setAttribute(COSTSPAN.billable, false);
    });
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** Prefixes of the attributes that LLM instrumentations set when a span starts: GenAI conventions, OpenInference, Vercel AI SDK. */
const LLM_PREFIXES = ['gen_ai.', 'llm.', 'openinference.', 'ai.'];

/** Tracers that say what a span is about only after they have started it: Mistral's own telemetry. */
const LLM_SCOPES: ReadonlySet<string | undefined> = new Set(['mistralai_sdk_tracer']);

function isForeignLlmSpan({ attributes, instrumentationScope: scope }: StartingSpan): boolean {
  if (COSTSPAN.billable in attributes) return false;
  if (LLM_SCOPES.has(scope?.name)) return true;
  return Object.keys(attributes).some((key) => LLM_PREFIXES.some((prefix) => key.startsWith(prefix)));
}
