/** Says a problem once per key. */
export type Warn = (key: string, message: string) => void;

/** Most different sentences one process says. A log that never ends helps nobody. */
const SENTENCES_MAX = 64;

/** @param say where sentences go; the process's own warnings unless given. */
export function warnOnce(say: (message: string) => void = processWarning): Warn {
  const said = new Set<string>();
  return (key, message) => {
    if (said.has(key) || said.size >= SENTENCES_MAX) return;
    said.add(key);
    try {
      say(message);
    } catch {
      // The application's own logger threw: nothing more can be said.
    }
  };
}

function processWarning(message: string): void {
  process.emitWarning(message, 'CostspanWarning');
}
