import { asking } from '../dashboard-view.ts';
import type { LintRule } from '../lint-rule.ts';

export const panelAsksInItsWay: LintRule = {
  name: 'panel-asks-in-its-way',
  why: 'A stat or table of a range shows every step or the last one; a graph of an instant shows a dot.',
  *check(dashboard) {
    for (const panel of asking(dashboard)) {
      const isGraph = panel.type === 'timeseries';
      for (const target of panel.targets.filter(({ expr }) => expr !== undefined)) {
        if ((target.json['instant'] === true) === isGraph) {
          yield {
            panel,
            target,
            message: isGraph ? 'a graph asks for a range' : `a ${panel.type} asks for an instant`,
          };
        }
        if (panel.type === 'table' && target.json['format'] !== 'table') {
          yield { panel, target, message: 'a table asks in the format table' };
        }
      }
    }
  },
};
