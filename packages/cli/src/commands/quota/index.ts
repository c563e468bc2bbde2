import type { DefineCommand } from '../command.ts';
import { defineExplain } from './explain.ts';
import { defineLint } from './lint.ts';
import { definePrometheus } from './prometheus.ts';
import { defineSchema } from './schema.ts';
import { defineSimulate } from './simulate.ts';
import { defineStatus } from './status.ts';
import { defineTest } from './test.ts';

/** Every `costspan quota …`. One file and one line each. */
const QUOTA_COMMANDS: readonly DefineCommand[] = [
  defineLint,
  defineStatus,
  defineExplain,
  defineTest,
  defineSimulate,
  definePrometheus,
  defineSchema,
];

/** `costspan quota …`: limits as files that people read, check, try out and watch. */
export const defineQuota: DefineCommand = (program, terminal, exit) => {
  const quota = program
    .command('quota')
    .description('Check, explain, test, try out and watch limits on requests, tokens and cost.');
  for (const define of QUOTA_COMMANDS) define(quota, terminal, exit);
};
