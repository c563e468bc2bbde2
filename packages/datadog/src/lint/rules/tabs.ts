import { type JsonObject, type LintFinding, listOf, objectsOf, textOf } from '../finding.ts';
import type { LintRule } from '../rule.ts';

const TABS_MAX = 100;
const NAME_LENGTH_MAX = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** With tabs every widget has an id of its own and is in one tab: what is in none is never seen. */
export const tabs: LintRule = {
  name: 'tabs',
  about: 'dashboard',
  check: (dashboard) => {
    const all = objectsOf(dashboard['tabs']);
    if (all.length === 0) return [];
    const findings: LintFinding[] = all.flatMap((tab, index) => tabWords(tab, all.slice(0, index), `tabs[${index}]`));
    if (all.length > TABS_MAX) findings.push({ at: 'tabs', code: 'TABS_COUNT', message: `at most ${TABS_MAX}` });
    const named = all.flatMap((tab) => listOf(tab['widget_ids']));
    const ids = objectsOf(dashboard['widgets']).map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      const at = `widgets[${index}].id`;
      const times = named.filter((one) => one === id).length;
      if (id === undefined) findings.push({ at, code: 'TAB_WIDGET_ID', message: 'a widget of a tab has an id' });
      else if (ids.indexOf(id) !== index)
        findings.push({ at, code: 'TAB_WIDGET_ID', message: `another widget has ${String(id)}` });
      else if (times !== 1)
        findings.push({ at, code: 'TAB_WIDGET', message: times === 0 ? 'is in no tab' : `is in ${times} tabs` });
    }
    for (const id of named) {
      if (!ids.includes(id)) findings.push({ at: 'tabs', code: 'TAB_WIDGET', message: `no widget has ${String(id)}` });
    }
    return findings;
  },
};

function tabWords(tab: JsonObject, before: readonly JsonObject[], at: string): LintFinding[] {
  const findings: LintFinding[] = [];
  const name = textOf(tab['name']) ?? '';
  if (name.trim() === '' || name.length > NAME_LENGTH_MAX)
    findings.push({ at: `${at}.name`, code: 'TAB_NAME', message: `1 to ${NAME_LENGTH_MAX} characters` });
  if (before.some((other) => other['name'] === tab['name']))
    findings.push({ at: `${at}.name`, code: 'TAB_NAME', message: `"${name}" is there twice` });
  if (!UUID.test(textOf(tab['id']) ?? '') || before.some((other) => other['id'] === tab['id']))
    findings.push({ at: `${at}.id`, code: 'TAB_ID', message: 'must be a UUID of its own' });
  if (listOf(tab['widget_ids']).length === 0)
    findings.push({ at: `${at}.widget_ids`, code: 'TAB_EMPTY', message: 'a tab shows something' });
  return findings;
}
