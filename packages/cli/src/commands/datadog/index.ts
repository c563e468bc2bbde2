import type { DefineCommand } from '../command.ts';
import { defineApply } from './apply.ts';
import { defineCosts } from './costs.ts';
import { defineExport } from './export.ts';
import { defineLint } from './lint.ts';
import { definePlan } from './plan.ts';
import { definePrune } from './prune.ts';
import { defineSeries } from './series.ts';

/** Every `costspan datadog …`. One file and one line each. */
const DATADOG_COMMANDS: readonly DefineCommand[] = [
  definePlan,
  defineApply,
  definePrune,
  defineExport,
  defineLint,
  defineSeries,
  defineCosts,
];

/** `costspan datadog …`: dashboards and monitors, checked before they are sent and found again after. */
export const defineDatadog: DefineCommand = (program, terminal, exit) => {
  const datadog = program
    .command('datadog')
    .description('Check, plan and write the shipped Datadog dashboards and monitors.');
  for (const define of DATADOG_COMMANDS) define(datadog, terminal, exit);
};
