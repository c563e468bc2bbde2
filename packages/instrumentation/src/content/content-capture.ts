import { isObject, type JsonObject } from '@costspan/usage';
import { guarded } from '../say-once.ts';

/** What is done with prompts and answers. Nothing unless it is asked for. */
export interface ContentConfig {
  /** Puts content on the spans. Default `true`. */
  readonly onSpans?: boolean;
  /** Characters kept of each part, system, input and output; what is beyond is cut. Default 8,192. */
  readonly lengthMax?: number;
  /** Sees each part before it is kept, and gives what may be kept; `undefined` keeps nothing of it. */
  readonly redact?: (content: string, part: ContentPart) => string | undefined;
  /** Gets the content of every call, sampled or not: to store it elsewhere. What it throws is caught and said once. */
  readonly upload?: (content: CallContent) => void;
}

export type ContentPart = 'system' | 'input' | 'output';

export interface CallContent extends Partial<Readonly<Record<ContentPart, string>>> {
  readonly traceId: string;
  readonly spanId: string;
}

const LENGTH_MAX = 8_192;
const ATTRIBUTES: Readonly<Record<ContentPart, string>> = {
  system: 'gen_ai.system_instructions',
  input: 'gen_ai.input.messages',
  output: 'gen_ai.output.messages',
};

/** Whether content is wanted: by code, else by the variable that OpenTelemetry's instrumentations share. */
export function contentConfig(
  config: boolean | ContentConfig | undefined,
  env: NodeJS.ProcessEnv,
): ContentConfig | undefined {
  const asked = config ?? env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.toLowerCase() === 'true';
  if (asked === false) return undefined;
  return asked === true ? {} : asked;
}

/**
 * A caller's switch against keeping content, in the headers of one request: TrueFoundry's `X-TFY-LOGGING-CONFIG`, and
 * `tfy_log_request` in its metadata. Such a call is metered all the same.
 */
export function isContentRefused(options: unknown): boolean {
  const headers = isObject(options) ? options['headers'] : undefined;
  if (!isObject(headers)) return false;
  const text = (wanted: string): string => {
    const value = headers instanceof Headers ? headers.get(wanted) : headerIn(headers, wanted);
    return typeof value === 'string' ? value : '';
  };
  return (
    /"enabled"\s*:\s*false/.test(text('x-tfy-logging-config')) ||
    /"tfy_log_request"\s*:\s*"?false/.test(text('x-tfy-metadata'))
  );
}

function headerIn(headers: JsonObject, wanted: string): unknown {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted);
  return name === undefined ? undefined : headers[name];
}

/** The content of one call, redacted and cut. Holds no more of a stream than is kept. */
export class ContentCapture {
  readonly #config: ContentConfig;
  readonly #lengthMax: number;
  #streamed = '';

  constructor(config: ContentConfig) {
    this.#config = config;
    this.#lengthMax = config.lengthMax ?? LENGTH_MAX;
  }

  chunk(chunk: JsonObject): void {
    if (this.#streamed.length < this.#lengthMax) this.#streamed += textOfChunk(chunk);
  }

  /** @param answer the body, as far as it is ours to see. @returns attributes for the span. */
  finish(
    params: JsonObject,
    answer: unknown,
    ids: { readonly traceId: string; readonly spanId: string },
  ): Record<string, string> {
    const parts: Readonly<Record<ContentPart, unknown>> = {
      system:
        params['system'] ??
        params['instructions'] ??
        (isObject(params['config']) ? params['config']['systemInstruction'] : undefined),
      input: params['messages'] ?? params['input'] ?? params['contents'] ?? params['prompt'] ?? params['message'],
      output: this.#streamed === '' ? outputOf(answer) : [{ role: 'assistant', content: this.#streamed }],
    };
    const content: { -readonly [P in ContentPart]?: string } = {};
    const attributes: Record<string, string> = {};
    for (const part of ['system', 'input', 'output'] as const) {
      const kept = this.#kept(parts[part], part);
      if (kept === undefined) continue;
      content[part] = kept;
      if (this.#config.onSpans !== false) attributes[ATTRIBUTES[part]] = kept;
    }
    guarded('uploading content', () => this.#config.upload?.({ ...ids, ...content }));
    return attributes;
  }

  #kept(value: unknown, part: ContentPart): string | undefined {
    if (value === undefined) return undefined;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const { redact } = this.#config;
    // A redaction that fails keeps nothing.
    const kept = redact === undefined ? text : guarded('redacting content', () => redact(text, part));
    return typeof kept === 'string' ? kept.slice(0, this.#lengthMax) : undefined;
  }
}

/** Where answers keep what the model said. */
function outputOf(answer: unknown): unknown {
  if (!isObject(answer)) return undefined;
  if (Array.isArray(answer['choices']))
    return answer['choices'].map((choice) => (isObject(choice) ? (choice['message'] ?? choice['text']) : choice));
  return (
    answer['output'] ??
    answer['content'] ??
    answer['candidates'] ??
    answer['message'] ??
    answer['text'] ??
    answer['response']
  );
}

/** The text in one part of a stream, wherever its provider puts it. */
function textOfChunk(chunk: JsonObject): string {
  const data = isObject(chunk['data']) ? chunk['data'] : chunk;
  const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);
  const candidates: readonly unknown[] = [
    at(first(data['choices']), 'delta', 'content'),
    at(first(data['choices']), 'text'),
    typeof data['type'] === 'string' && data['type'].endsWith('.delta') ? data['delta'] : undefined,
    at(data, 'delta', 'text'),
    at(data, 'delta', 'message', 'content', 'text'),
    at(first(at(first(data['candidates']), 'content', 'parts')), 'text'),
    at(data, 'message', 'content'),
    at(data, 'contentBlockDelta', 'delta', 'text'),
    data['response'],
  ];
  return candidates.find((text): text is string => typeof text === 'string') ?? '';
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return found;
}
