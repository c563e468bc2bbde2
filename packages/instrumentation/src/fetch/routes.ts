import type { JsonObject } from '@costspan/usage';
import { messages } from '../providers/anthropic/operations.ts';
import { generateContent } from '../providers/google-genai/operations.ts';
import { imageGeneration } from '../providers/openai/media-operations.ts';
import { chat, embeddings, legacyCompletions, responses } from '../providers/openai/operations.ts';
import type { Operation } from '../providers/provider.ts';

export interface Route {
  readonly operation: Operation;
  readonly params: JsonObject;
  /** Whose words they are, where the host does not say who answers. */
  readonly flavour: string;
}

/** How a path of a known API ends, and what it is. `model` in a path stands before the colon. */
const ROUTES: readonly (readonly [path: RegExp, operation: Operation, flavour: string])[] = [
  [/\/chat\/completions$/, chat, 'openai'],
  [/\/responses$/, responses, 'openai'],
  [/\/embeddings$/, embeddings, 'openai'],
  [/\/completions$/, legacyCompletions, 'openai'],
  [/\/images\/generations$/, imageGeneration, 'openai'],
  [/\/v1\/messages$/, messages, 'anthropic'],
  [/\/models\/([^/:]+):(?:streamG|g)enerateContent$/, generateContent, 'gcp.gemini'],
];

/** What a request is, by its path; `undefined` for one that is no call to a model we know how to read. */
export function routeOf(url: URL, body: JsonObject): Route | undefined {
  for (const [path, operation, flavour] of ROUTES) {
    const match = path.exec(url.pathname);
    if (match === null) continue;
    const model = match[1] === undefined ? body['model'] : decodeURIComponent(match[1]);
    const isStreamed = url.pathname.includes(':stream') || body['stream'] === true;
    // Gemini's settings stand in `generationConfig`; the SDK calls it `config`.
    const settings = 'generationConfig' in body ? { config: body['generationConfig'] } : {};
    return { operation, params: { ...body, ...settings, model, ...(isStreamed ? { stream: true } : {}) }, flavour };
  }
  return undefined;
}
