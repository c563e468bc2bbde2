import { isJsonObject, type Json, type JsonObject, type LintFinding, objectsOf } from '../finding.ts';
import type { LintRule } from '../rule.ts';

const COLUMNS = 12;

/** A fixed grid needs a place for every widget, an automatic one none; places lie within twelve columns and apart. */
export const layout: LintRule = {
  name: 'layout',
  about: 'dashboard',
  check: (dashboard) => {
    const isFixed = dashboard['reflow_type'] === 'fixed' || dashboard['layout_type'] === 'free';
    const isAuto = dashboard['reflow_type'] === 'auto';
    if (dashboard['reflow_type'] !== undefined && dashboard['layout_type'] === 'free') {
      return [{ at: 'reflow_type', code: 'LAYOUT_REFLOW', message: 'only an ordered dashboard has it' }];
    }
    const widgets = objectsOf(dashboard['widgets']);
    const findings: LintFinding[] = widgets.length === 0 ? [empty()] : [];
    for (const [index, widget] of widgets.entries()) {
      const at = `widgets[${index}].layout`;
      if (isFixed && widget['layout'] === undefined)
        findings.push({ at, code: 'LAYOUT_MISSING', message: 'a fixed grid needs it' });
      if (isAuto && widget['layout'] !== undefined)
        findings.push({ at, code: 'LAYOUT_SURPLUS', message: 'an automatic grid has none' });
      findings.push(...boundsOf(widget['layout'], at));
    }
    return [...findings, ...overlaps(widgets)];
  },
};

function empty(): LintFinding {
  return { at: 'widgets', code: 'LAYOUT_EMPTY', message: 'a dashboard shows something' };
}

function boundsOf(layout: Json | undefined, at: string): LintFinding[] {
  if (!isJsonObject(layout)) return [];
  const { x, y, width, height } = layout;
  const findings: LintFinding[] = [];
  for (const [name, value] of Object.entries({ x, y, width, height })) {
    const min = name === 'width' || name === 'height' ? 1 : 0;
    if (typeof value !== 'number' || value < min)
      findings.push({ at: `${at}.${name}`, code: 'LAYOUT_NUMBER', message: `must be at least ${min}` });
  }
  if (typeof x === 'number' && typeof width === 'number' && x + width > COLUMNS)
    findings.push({ at, code: 'LAYOUT_WIDTH', message: `x + width is ${x + width}; the grid has ${COLUMNS} columns` });
  return findings;
}

function overlaps(widgets: readonly JsonObject[]): LintFinding[] {
  const places = widgets.flatMap(({ layout }, index) => {
    if (!isJsonObject(layout)) return [];
    const { x, y, width, height } = layout as Record<string, number>;
    return [{ index, x, y, width, height } as Record<'index' | 'x' | 'y' | 'width' | 'height', number>];
  });
  return places.flatMap((a, at) =>
    places
      .slice(at + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => ({
        at: `widgets[${b.index}].layout`,
        code: 'LAYOUT_OVERLAP',
        message: `lies on widgets[${a.index}]`,
      })),
  );
}
