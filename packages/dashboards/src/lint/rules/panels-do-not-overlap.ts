import type { PanelView } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

const GRID_WIDTH = 24;

export const panelsDoNotOverlap: LintRule = {
  name: 'panels-do-not-overlap',
  why: 'Grafana moves panels that overlap, and the dashboard looks different for everybody.',
  *check({ panels }) {
    for (const [index, panel] of panels.entries()) {
      const { x, y, w, h } = panel.grid;
      if (!(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= GRID_WIDTH)) {
        yield { panel, message: `its place (x ${x}, y ${y}, ${w} × ${h}) is not on the grid of ${GRID_WIDTH}` };
      }
      const under = panels.slice(0, index).find((other) => overlaps(panel, other));
      if (under !== undefined) yield { panel, message: `it lies on "${under.title}"` };
    }
  },
};

function overlaps({ grid: a }: PanelView, { grid: b }: PanelView): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
