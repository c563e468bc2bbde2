import { providerOf } from '@costspan/spans';
import { type ExtractedUsage, extractUsage, isObject, type JsonObject } from '@costspan/usage';
import type { DdSpan } from './dd-tracer.ts';

/** What a provider answered, as far as it says more than the tags that the tracer makes of it. */
export interface Answer extends ExtractedUsage {
  readonly provider: string;
  readonly requestModel?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
}

/**
 * The answers of calls whose spans are about to finish. The tracer's tags leave out the lifetimes of cache writes, the
 * service tier and modalities, and state zeros that nobody reported; the answer has them.
 */
export class Answers {
  readonly #bySpan = new WeakMap<object, Answer>();

  /** Reads an answer. Not every result is one: errors, files and lists are left alone. */
  take(span: DdSpan, body: unknown): Answer | undefined {
    if (!isObject(body)) return undefined;
    const responseModel = textOf(body, 'model');
    const requestModel = requestModelOf(span);
    const provider = providerFor(span, responseModel ?? requestModel);
    const extracted = extractUsage({ provider, body });
    if (extracted.source === undefined) return undefined;
    const responseId = textOf(body, 'id');
    const answer: Answer = {
      ...extracted,
      provider,
      ...(requestModel === undefined ? {} : { requestModel }),
      ...(responseModel === undefined ? {} : { responseModel }),
      ...(responseId === undefined ? {} : { responseId }),
    };
    this.#bySpan.set(span, answer);
    return answer;
  }

  of(span: DdSpan): Answer | undefined {
    return this.#bySpan.get(span);
  }
}

/** What the plugin tells of the provider; a host it does not know has the shape of the SDK that was used. */
function providerFor(span: DdSpan, model: string | undefined): string {
  const tags = span.context().getTags();
  const stated = tags['gen_ai.provider.name'];
  const told = providerOf(typeof stated === 'string' ? stated : undefined, model);
  if (told !== 'unknown') return told;
  return String(tags['component'] ?? '');
}

/** The plugins keep it under their own names. */
function requestModelOf(span: DdSpan): string | undefined {
  const tags = span.context().getTags();
  const model = tags['openai.request.model'] ?? tags['anthropic.request.model'];
  return typeof model === 'string' ? model : undefined;
}

function textOf(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
