import { anthropicNative } from './anthropic-native.ts';
import { costspan } from './costspan.ts';
import { ddTrace } from './dd-trace.ts';
import type { Dialect } from './dialect.ts';
import { googleAdk } from './google-adk.ts';
import { langfuse } from './langfuse.ts';
import { liteLlm } from './litellm.ts';
import { mistralNative } from './mistral-native.ts';
import { openInference } from './openinference.ts';
import { openLit } from './openlit.ts';
import { openLlmetry } from './openllmetry.ts';
import { otelGenAi } from './otel-genai.ts';
import { strands } from './strands.ts';
import { vercelAi } from './vercel-ai.ts';

/** Most specific first: the first that recognises a span reads it. */
export const DIALECTS: readonly Dialect[] = [
  costspan,
  anthropicNative,
  mistralNative,
  ddTrace,
  liteLlm,
  vercelAi,
  langfuse,
  openInference,
  openLit,
  openLlmetry,
  googleAdk,
  strands,
  otelGenAi,
];
