import type { VariableSpec } from '../panels/dashboard-spec.ts';

/** A label of the calls, the variable that chooses its values, and its name for people. */
const CHOICES = {
  customer: ['customer_id', 'Customer'],
  feature: ['feature_name', 'Feature'],
  team: ['team', 'Team'],
  environment: ['environment', 'Environment'],
  provider: ['provider', 'Provider'],
  model: ['model', 'Model'],
} as const;

export type Choice = keyof typeof CHOICES;

/** The variables of a dashboard about calls. */
export function choices(...names: readonly Choice[]): readonly VariableSpec[] {
  return names.map((name) => {
    const [label, title] = CHOICES[name];
    return {
      name,
      label: title,
      description: `Only calls with this ${label}.`,
      query: `label_values(costspan_calls_total, ${label})`,
    };
  });
}

/** A selector of a metric by the chosen values, so that no query of the dashboard leaves a choice out. */
export function selectBy(...names: readonly Choice[]): (metric: string, matcher?: string) => string {
  const matchers = names.map((name) => `${CHOICES[name][0]}=~"$${name}"`);
  return (metric, matcher) => `${metric}{${[...matchers, ...(matcher === undefined ? [] : [matcher])].join(', ')}}`;
}

/** Which collectors a dashboard about collectors looks at. */
export const JOB: VariableSpec = {
  name: 'job',
  label: 'Job',
  description: 'Only collectors that are scraped under this job.',
  query: 'label_values(costspan_collector_requests_total, job)',
  isListed: true,
};

export const ofJob = (metric: string, matcher?: string): string =>
  `${metric}{job=~"$job"${matcher === undefined ? '' : `, ${matcher}`}}`;
