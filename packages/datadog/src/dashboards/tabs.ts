import { createHash } from 'node:crypto';

/** From so many groups on, a dashboard has a tab for each: fewer fit on one page. */
const TABBED_GROUPS_MIN = 3;

interface Widget {
  readonly definition: { readonly type: string; readonly title?: string };
}

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly widget_ids: readonly number[];
}

export interface Tabbed {
  readonly widgets: readonly object[];
  readonly tabs?: readonly Tab[];
}

/**
 * A tab for each group, and for the notes before it. Tabs name widgets by their ids, so that every widget has one: its place,
 * from 1 on. Datadog puts its own in their stead.
 */
export function tabbed(key: string, widgets: readonly object[]): Tabbed {
  const all = widgets as readonly Widget[];
  const groups = all.flatMap(({ definition }, index) => (definition.type === 'group' ? [index] : []));
  if (groups.length < TABBED_GROUPS_MIN) return { widgets };
  return {
    widgets: all.map((widget, index) => ({ id: index + 1, ...widget })),
    tabs: groups.map((last, index) => {
      const first = index === 0 ? 0 : (groups[index - 1] as number) + 1;
      const name = all[last]?.definition.title ?? '';
      return {
        id: tabId(key, name),
        name,
        widget_ids: Array.from({ length: last - first + 1 }, (_, at) => first + at + 1),
      };
    }),
  };
}

/** The same UUID each time the files are written. */
function tabId(key: string, name: string): string {
  const hex = createHash('sha256').update(`costspan ${key} ${name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
