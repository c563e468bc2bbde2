import { defineBackfill } from './backfill.ts';
import { defineCall } from './call.ts';
import { defineCalls } from './calls.ts';
import { defineCards } from './cards/index.ts';
import { defineClose } from './close.ts';
import { defineCollector } from './collector/index.ts';
import type { DefineCommand } from './command.ts';
import { defineDashboards } from './dashboards/index.ts';
import { defineDatadog } from './datadog/index.ts';
import { defineDemo } from './demo.ts';
import { defineDoctor } from './doctor.ts';
import { defineEmf } from './emf.ts';
import { defineErase } from './erase.ts';
import { defineExport } from './export.ts';
import { defineExtract } from './extract.ts';
import { defineKeys } from './keys.ts';
import { defineMigrate } from './migrate.ts';
import { definePrice } from './price.ts';
import { defineQuery } from './query.ts';
import { defineQuota } from './quota/index.ts';
import { defineRerate } from './rerate.ts';
import { defineResidency } from './residency.ts';
import { defineTags } from './tags.ts';
import { defineTrace } from './trace.ts';
import { defineUp } from './up.ts';

/**
 * Every command, in the order of `costspan --help`. One file and one line each. The collector, the demo and the
 * instrumentation are loaded by the commands that run them, so that the others start in half the time.
 */
export const COMMANDS: readonly DefineCommand[] = [
  defineUp,
  defineDemo,
  defineQuery,
  defineCalls,
  defineCall,
  defineTrace,
  defineExport,
  defineEmf,
  defineClose,
  defineRerate,
  defineBackfill,
  defineMigrate,
  definePrice,
  defineExtract,
  defineCards,
  defineQuota,
  defineCollector,
  defineDatadog,
  defineDashboards,
  defineTags,
  defineKeys,
  defineErase,
  defineResidency,
  defineDoctor,
];
