/** What must be in place before the first call or the first tag: the stand-alone SDK of the register entry, when the application has none. */
let prepare: (() => void) | undefined;

export function onFirstUse(run: () => void): void {
  prepare = run;
}

/** Runs the preparation once. */
export function beforeFirstUse(): void {
  if (prepare === undefined) return;
  const run = prepare;
  prepare = undefined;
  run();
}
