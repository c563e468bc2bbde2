export {
  type CustomCostItem,
  type CustomCosts,
  customCostItems,
  type DailyCost,
} from './custom-costs/custom-cost-items.ts';
export { DEFAULT_LABELS } from './metrics/call-labels.ts';
export type { MetricWay } from './metrics/choose-sink.ts';
export { estimateSeries, type SeriesEstimate, type SeriesInput } from './metrics/estimate-series.ts';
export { type CatalogueMetric, METRICS, type MetricKind, type MetricName } from './metrics/metric-catalogue.ts';
export { tagValue } from './metrics/tag-value.ts';
export { type Attachment, type AttachOptions, attach } from './trace/attach.ts';
export type { DdTracer } from './trace/dd-tracer.ts';
export { withTags } from './trace/tag-context.ts';
