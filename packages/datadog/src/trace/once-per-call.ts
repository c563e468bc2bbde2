import { COSTSPAN } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { ancestorsOf, type DdSpan } from './dd-tracer.ts';
import { mayBeCall } from './read-call.ts';

/** Under which `@costspan/instrumentation` keeps the call that is being made: the key of an OpenTelemetry context. */
const CALL_CONTEXT_KEY = Symbol.for('costspan.call');

/**
 * Sees to it that one provider call is priced and counted once, where several spans are about it: the tracer's own, one of
 * our instrumentation, one of a library around it. Of a library and the call below it the inner one counts; a call that our
 * instrumentation sees is counted by its span, wherever that goes.
 */
export class OncePerCall {
  /** The operations that were counted below a span. */
  readonly #covered = new WeakMap<object, Set<string>>();
  /** Spans of a call that our instrumentation is making too. */
  readonly #observed = new WeakSet<object>();

  /**
   * To be told of every span when it starts: only then is the call of our instrumentation in the context. Where the tracer's
   * own span is outside of it, the request to the provider is inside, and tells.
   */
  started(span: DdSpan): void {
    if (context.active().getValue(CALL_CONTEXT_KEY) === undefined) return;
    this.#observed.add(span);
    for (const ancestor of ancestorsOf(span)) {
      this.#observed.add(ancestor);
      if (mayBeCall(ancestor.context().getTags())) return;
    }
  }

  /** True when this finished span of a call is to be counted. Tells the spans above it. */
  counts(span: DdSpan, operation: string): boolean {
    const isOurs = isStated(span);
    if (!isOurs && this.#observed.has(span)) return false;
    if (this.#covered.get(span)?.has(operation) === true) return false;
    for (const ancestor of ancestorsOf(span)) {
      const operations = this.#covered.get(ancestor);
      if (operations === undefined) this.#covered.set(ancestor, new Set([operation]));
      else operations.add(operation);
    }
    return true;
  }
}

/** `true` as the tracer keeps it, or as the text or number that exporters make of it. */
function isStated(span: DdSpan): boolean {
  const stated = span.context().getTags()[COSTSPAN.billable];
  return stated === true || stated === 'true' || stated === 1;
}
