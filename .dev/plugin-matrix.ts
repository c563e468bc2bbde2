// `npm run plugin:matrix [version …] [-- playwright arguments]`: the browser specs on the libraries of older Grafana releases.
import { preparePlugin, runPluginScript } from './plugin.ts';

preparePlugin();
process.exitCode = runPluginScript('build/host-matrix.ts', process.argv.slice(2));
