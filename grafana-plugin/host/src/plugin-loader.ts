import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';

interface AmdWindow {
  define?: unknown;
  System: SystemJSLoader;
}

interface SystemJSLoader {
  set(id: string, module: object): void;
  import(id: string): Promise<Record<string, unknown>>;
  addImportMap(map: { imports: Record<string, string> }): void;
}

// While an AMD `define` stands on window, every UMD library would register itself there and not where it is asked for.
// So it stands there only while a plugin is being loaded. A script tag does the loading, and no eval is needed.
const amd = window as unknown as AmdWindow;
const define = amd.define;
delete amd.define;

/** Makes modules available to plugins under the names they import. */
export function shareModules(modules: Readonly<Record<string, object>>): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(modules)) {
    amd.System.set(`package:${name}`, module);
    imports[name] = `package:${name}`;
  }
  amd.System.addImportMap({ imports });
}

/** Loads an AMD module and what it imports. */
export async function importPlugin(url: string): Promise<Record<string, unknown>> {
  amd.define = define;
  try {
    return await amd.System.import(url);
  } finally {
    delete amd.define;
  }
}
