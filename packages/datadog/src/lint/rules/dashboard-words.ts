import { isJsonObject, type Json, type LintFinding, listOf, objectsOf, textOf } from '../finding.ts';
import { panelsOf, requestsOf } from '../panels.ts';
import type { LintRule } from '../rule.ts';

/** Source: Datadog, "Metrics Units" and "Widgets", read 2026-11-23. There is no nanodollar. */
const UNITS = ['dollar', 'cent', 'microdollar', 'euro', 'second', 'percent', 'fraction', 'token', 'request', 'day'];
const COLOURS = [
  'white',
  'gray',
  'vivid_blue',
  'vivid_purple',
  'vivid_pink',
  'vivid_orange',
  'vivid_yellow',
  'vivid_green',
  'blue',
  'purple',
  'pink',
  'orange',
  'yellow',
  'green',
  'transparent',
];
const TAGS_MAX = 5;
const READ_ONLY = ['id', 'url', 'author_handle', 'author_name', 'created_at', 'modified_at', 'deleted_at'];

/** Words with few allowed values that no schema lists: units, colours, tags, and keys that only Datadog writes. */
export const dashboardWords: LintRule = {
  name: 'dashboard-words',
  about: 'dashboard',
  check: (dashboard) => {
    const findings: LintFinding[] = [];
    const tags = listOf(dashboard['tags']);
    if (tags.length > TAGS_MAX) findings.push({ at: 'tags', code: 'TAGS_COUNT', message: `at most ${TAGS_MAX}` });
    for (const [index, tag] of tags.entries()) {
      if (!/^team:[a-z][\w./-]*$/.test(String(tag)))
        findings.push({ at: `tags[${index}]`, code: 'TAG_KEY', message: 'the only tag key of a dashboard is "team"' });
    }
    for (const key of READ_ONLY) {
      if (dashboard[key] !== undefined)
        findings.push({ at: key, code: 'READ_ONLY', message: 'only Datadog writes it' });
    }
    for (const [index, widget] of objectsOf(dashboard['widgets']).entries()) {
      if (widget['id'] !== undefined && dashboard['tabs'] === undefined)
        findings.push({ at: `widgets[${index}].id`, code: 'READ_ONLY', message: 'only Datadog writes it' });
      const colour = isJsonObject(widget['definition']) ? widget['definition']['background_color'] : undefined;
      if (colour !== undefined && !COLOURS.includes(String(colour)))
        findings.push({
          at: `widgets[${index}].definition.background_color`,
          code: 'COLOUR',
          message: `one of ${COLOURS.join(', ')}`,
        });
    }
    if ((textOf(dashboard['title']) ?? '').trim() === '')
      findings.push({ at: 'title', code: 'TITLE', message: 'a dashboard has a title' });
    return [...findings, ...panelsOf(dashboard).flatMap(panelWords)];
  },
};

function panelWords(panel: ReturnType<typeof panelsOf>[number]): LintFinding[] {
  const findings: LintFinding[] = [];
  if (panel.type !== 'note' && (textOf(panel.definition['title']) ?? '') === '')
    findings.push({ at: `${panel.at}.title`, code: 'TITLE', message: 'a panel has a title' });
  for (const { at, request } of requestsOf(panel)) {
    for (const [index, formula] of objectsOf(request['formulas']).entries()) {
      const unit = unitOf(formula['number_format']);
      if (unit !== undefined && !UNITS.includes(unit))
        findings.push({
          at: `${at}.formulas[${index}].number_format`,
          code: 'UNIT',
          message: `"${unit}" is no unit that Datadog knows`,
        });
    }
  }
  return findings;
}

function unitOf(format: Json | undefined): string | undefined {
  const unit = isJsonObject(format) ? format['unit'] : undefined;
  return isJsonObject(unit) ? textOf(unit['unit_name']) : undefined;
}
