import type { DefineCommand } from '../command.ts';
import { defineLint } from './lint.ts';
import { defineRender } from './render.ts';

/** Every `costspan dashboards …`. One file and one line each. */
const DASHBOARD_COMMANDS: readonly DefineCommand[] = [defineLint, defineRender];

/** `costspan dashboards …`: dashboards and alert rules as files. */
export const defineDashboards: DefineCommand = (program, terminal, exit) => {
  const dashboards = program.command('dashboards').description('Write and check Grafana dashboards and alert rules.');
  for (const define of DASHBOARD_COMMANDS) define(dashboards, terminal, exit);
};
