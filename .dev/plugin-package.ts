// `npm run plugin:package`: the Grafana app as a zip, after it was held to Grafana's rules.
import { preparePlugin, runPluginScript } from './plugin.ts';

preparePlugin();
process.exitCode =
  runPluginScript('build/check-plugin.ts') || runPluginScript('build/package-plugin.ts', process.argv.slice(2));
