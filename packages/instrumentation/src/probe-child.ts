import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { doctor } from './doctor.ts';

// Runs under the register entry, in the folder of a project: `probe-project.ts` starts it.
const failures: Record<string, string> = {};
/** Imports a name as a file of the project would, with the module hooks at work. */
const load = new Script('(name) => import(name)', {
  filename: join(process.cwd(), 'index.js'),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext() as (name: string) => Promise<unknown>;

for (const { library, installed } of doctor().libraries) {
  if (installed === undefined) continue;
  try {
    await load(library);
  } catch (error) {
    failures[library] = String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
  }
}
process.stdout.write(`\n${JSON.stringify({ report: doctor(), failures })}`, () => process.exit());
