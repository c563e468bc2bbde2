export { CONTEXT_KINDS, type ContextKind, type ContextSpan } from './context-span.ts';
export { costspan } from './dialects/costspan.ts';
export { ddTrace } from './dialects/dd-trace.ts';
export type { CallFacts, Dialect, DialectTags, NamedFacts, UsageFinding } from './dialects/dialect.ts';
export { DIALECTS } from './dialects/index.ts';
export { otelGenAi } from './dialects/otel-genai.ts';
export { providerOf } from './dialects/provider-names.ts';
export { type Normalised, normalise, READ_NAMES, READ_PREFIXES } from './normalise.ts';
export {
  type Attributes,
  type AttributeValue,
  type Resource,
  type Scope,
  SPAN_KIND_CLIENT,
  type Span,
  STATUS_CODE_ERROR,
  STATUS_CODE_UNSET,
} from './span.ts';
