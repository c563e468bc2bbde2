// `npm run plugin:package`: the Grafana app as a zip, after it was held to Grafana's rules. The collector serves it, too.
import { preparePages, runPluginScript } from './plugin.ts';

preparePages();
process.exitCode =
  runPluginScript('build/check-plugin.ts') || runPluginScript('build/package-plugin.ts', process.argv.slice(2));
