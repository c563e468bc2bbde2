export type { CostspanInstrumentationConfig } from './call-settings.ts';
export { CostspanInstrumentation } from './costspan-instrumentation.ts';
export { instrumentClient } from './instrument-client.ts';
export { callTags } from './tags/call-tags.ts';
export { setClientTags } from './tags/client-tags.ts';
export { withTags } from './tags/context-tags.ts';
export type { TagInput } from './tags/tag-changes.ts';
