import { defineCards } from './cards/index.ts';
import type { DefineCommand } from './command.ts';
import { defineDemo } from './demo.ts';
import { defineDoctor } from './doctor.ts';
import { defineExtract } from './extract.ts';
import { definePrice } from './price.ts';
import { defineQuery } from './query.ts';
import { defineUp } from './up.ts';

/** Every command, in the order of `costspan --help`. One file and one line each. */
export const COMMANDS: readonly DefineCommand[] = [
  defineUp,
  defineDemo,
  defineQuery,
  definePrice,
  defineExtract,
  defineCards,
  defineDoctor,
];
