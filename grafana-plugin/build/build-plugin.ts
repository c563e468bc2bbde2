// Builds the plugin into dist/, as Grafana loads it.
import webpack from 'webpack';
import { webpackConfig } from '../webpack.config.ts';

const compiler = webpack(await webpackConfig({ production: true }));
const failed = await new Promise<boolean>((resolve, reject) => {
  compiler?.run((error, stats) => {
    if (error !== null) return reject(error);
    process.stdout.write(
      `${stats?.toString({ preset: 'summary', assets: true, assetsSort: '!size', assetsSpace: 40, modules: false, errors: true, warnings: true, colors: false })}\n`,
    );
    compiler.close(() => resolve(stats?.hasErrors() !== false));
  });
});
process.exitCode = failed ? 1 : 0;
