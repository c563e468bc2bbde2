import { dashboardMark } from '../provision/marks.ts';
import type { Variables } from '../provision/variables.ts';

/** A template variable: its name on the page and the tag it filters. */
export interface TemplateVariable {
  readonly name: string;
  readonly tag: string;
}

export interface DashboardSource {
  readonly key: string;
  readonly title: string;
  /** Which questions it answers. */
  readonly about: string;
  readonly variables: readonly TemplateVariable[];
  widgets(variables: Variables): readonly object[];
}

export const CALL_VARIABLES: readonly TemplateVariable[] = [
  { name: 'customer_id', tag: 'customer_id' },
  { name: 'feature_name', tag: 'feature_name' },
  { name: 'team', tag: 'team' },
  { name: 'model', tag: 'model' },
  { name: 'provider', tag: 'provider' },
  { name: 'env', tag: 'environment' },
];
export const QUOTA_VARIABLES: readonly TemplateVariable[] = [
  { name: 'rule', tag: 'rule' },
  { name: 'unit', tag: 'unit' },
  { name: 'bucket', tag: 'bucket' },
];

/** The filter of a panel about calls, and of one about models alone. */
export const CALLS = CALL_VARIABLES.map(({ name }) => `$${name}`).join(',');
export const MODELS = '$model,$provider';
export const QUOTAS = QUOTA_VARIABLES.map(({ name }) => `$${name}`).join(',');

/** The JSON that Datadog takes, with keys in a fixed order. */
export function dashboardJson(source: DashboardSource, variables: Variables): object {
  return {
    title: `Costspan: ${source.title}`,
    description: `${source.about} ${dashboardMark(source.key)}`,
    layout_type: 'ordered',
    reflow_type: 'auto',
    tags: [`team:${variables.team}`],
    template_variables: source.variables.map(({ name, tag }) => ({ name, prefix: tag, defaults: ['*'] })),
    widgets: source.widgets(variables),
  };
}
