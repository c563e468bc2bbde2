import { dashboardMark } from '../provision/marks.ts';
import type { Variables } from '../provision/variables.ts';
import { tabbed } from './tabs.ts';

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
  /** Choices of the variables that people come back to, by name. Variables that are not named are left at all. */
  presets(variables: Variables): Readonly<Record<string, Readonly<Record<string, string>>>>;
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

/** Everything, production alone, and what nobody is to pay for. */
export const callPresets: DashboardSource['presets'] = ({ productionEnv }) => ({
  Everything: {},
  Production: { env: productionEnv },
  'Without a customer': { customer_id: '*untagged*' },
});

/** The filter of a panel about calls, and of one about models alone. */
export const CALLS = CALL_VARIABLES.map(({ name }) => `$${name}`).join(',');
export const MODELS = '$model,$provider';
export const QUOTAS = QUOTA_VARIABLES.map(({ name }) => `$${name}`).join(',');

/** The JSON that Datadog takes, with keys in a fixed order. */
export function dashboardJson(source: DashboardSource, variables: Variables): object {
  const { widgets, tabs } = tabbed(source.key, source.widgets(variables));
  return {
    title: `Costspan: ${source.title}`,
    description: `${source.about} ${dashboardMark(source.key)}`,
    layout_type: 'ordered',
    reflow_type: 'auto',
    tags: [`team:${variables.team}`],
    template_variables: source.variables.map(({ name, tag }) => ({ name, prefix: tag, defaults: ['*'] })),
    template_variable_presets: Object.entries(source.presets(variables)).map(([name, chosen]) => ({
      name,
      template_variables: source.variables.map((variable) => ({
        name: variable.name,
        values: [chosen[variable.name] ?? '*'],
      })),
    })),
    ...(tabs === undefined ? {} : { tabs }),
    widgets,
  };
}
