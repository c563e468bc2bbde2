/** The line of a dashboard's description by which it is found again: dashboards have no tags of their own. */
const MARK = /\[costspan-key:([a-z0-9-]+)\]/;

export function dashboardMark(key: string): string {
  return `[costspan-key:${key}]`;
}

/** The key of a dashboard or monitor that we wrote; `undefined` for all others, which are never touched. */
export function keyOf(of: { readonly description?: unknown; readonly tags?: unknown }): string | undefined {
  const marked = typeof of.description === 'string' ? MARK.exec(of.description)?.[1] : undefined;
  if (marked !== undefined) return marked;
  if (!Array.isArray(of.tags) || !of.tags.includes('managed-by:costspan')) return undefined;
  const tag = of.tags.find((one): one is string => typeof one === 'string' && one.startsWith('costspan-key:'));
  return tag?.slice('costspan-key:'.length);
}

export function monitorTags(key: string, team: string, service: string): string[] {
  return ['managed-by:costspan', `costspan-key:${key}`, `team:${team}`, `service:${service}`];
}
