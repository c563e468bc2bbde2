import type { DefineCommand } from '../command.ts';
import { defineCompile } from './compile.ts';
import { defineDiff } from './diff.ts';
import { defineExplain } from './explain.ts';
import { defineImport } from './import.ts';
import { defineLint } from './lint.ts';
import { defineSimulate } from './simulate.ts';

/** Every `costspan cards …`. One file and one line each. */
const CARD_COMMANDS: readonly DefineCommand[] = [
  defineLint,
  defineDiff,
  defineExplain,
  defineSimulate,
  defineImport,
  defineCompile,
];

/** `costspan cards …`: prices as files that people read, check and change. */
export const defineCards: DefineCommand = (program, terminal, exit) => {
  const cards = program
    .command('cards')
    .description('Check, compare, explain, try out, import and compile price cards.');
  for (const define of CARD_COMMANDS) define(cards, terminal, exit);
};
