import { monitorTags } from '../provision/marks.ts';
import type { Variables } from '../provision/variables.ts';

/** What a monitor is about; the rest of its JSON follows from it. */
export interface MonitorSource {
  readonly key: string;
  readonly name: string;
  /** The query, or the keys of other monitors in braces. */
  query(variables: Variables): string;
  thresholds?(variables: Variables): Readonly<Record<string, number>>;
  /** What happened, with `{{value}}` and the groups. */
  readonly says: string;
  /** Tags that the query groups by. */
  readonly by?: readonly string[];
  readonly priority: 1 | 2 | 3 | 4 | 5;
  options?(variables: Variables): Readonly<Record<string, unknown>>;
}

/** The JSON that Datadog takes, with keys in a fixed order. */
export function monitorJson(source: MonitorSource, variables: Variables): object {
  const query = source.query(variables);
  const isComposite = query.startsWith('{');
  const thresholds = source.thresholds?.(variables);
  return {
    name: `Costspan: ${source.name}`,
    type: isComposite ? 'composite' : 'query alert',
    query,
    message: messageOf(source, variables),
    tags: monitorTags(source.key, variables.team, variables.service),
    priority: source.priority,
    options: {
      include_tags: true,
      ...(isComposite ? {} : { require_full_window: false, notify_audit: false }),
      ...(source.by === undefined || isComposite ? {} : { notify_by: source.by, new_group_delay: 60 }),
      ...(thresholds === undefined ? {} : { thresholds }),
      ...source.options?.(variables),
    },
  };
}

/** Whom to tell is for notification rules: messages mention nobody. */
function messageOf({ key, says, by = [] }: MonitorSource, { runbooksUrl, dashboardsUrl }: Variables): string {
  const who = by.map((tag) => `${tag}: {{${tag}.name}}`).join(', ');
  return [
    says,
    ...(who === '' ? [] : [`For ${who}.`]),
    `Runbook: ${runbooksUrl}/${key}`,
    `Dashboard: ${dashboardsUrl}`,
  ].join('\n');
}
