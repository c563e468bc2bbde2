import { anthropicNative } from './anthropic-native.ts';
import { costspan } from './costspan.ts';
import type { Dialect } from './dialect.ts';
import { otelGenAi } from './otel-genai.ts';

/** Most specific first: the first that recognises a span reads it. */
export const DIALECTS: readonly Dialect[] = [costspan, anthropicNative, otelGenAi];
