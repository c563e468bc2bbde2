import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration, RuleSetRule } from 'webpack';
import baseConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** The scaffold's configuration, for the browsers that Grafana 12.4 and newer support, and the dashboards that plugin.json names. */
export async function webpackConfig(env: Env): Promise<Configuration> {
  const config = await baseConfig(env);
  for (const rule of (config.module?.rules ?? []) as RuleSetRule[]) {
    const use = rule.use as { loader?: string; options?: { jsc?: { target: string; transform?: object } } } | undefined;
    if (use?.loader !== 'swc-loader' || use.options?.jsc === undefined) continue;
    use.options.jsc.target = 'es2022';
    use.options.jsc.transform = { react: { runtime: 'automatic' } };
  }
  config.experiments = { ...config.experiments, topLevelAwait: true };
  config.plugins?.push(new CopyWebpackPlugin({ patterns: namedDashboards() }));
  return config;
}

/** They are made and tested outside of the plugin, in the dashboards of the repository. */
function namedDashboards(): { from: string; to: string }[] {
  const { includes } = JSON.parse(readFileSync(join(import.meta.dirname, 'src/plugin.json'), 'utf8')) as {
    includes: { type: string; path: string }[];
  };
  const dashboards = join(import.meta.dirname, '../dashboards/grafana');
  return includes
    .filter(({ type }) => type === 'dashboard')
    .map(({ path }) => ({ from: join(dashboards, basename(path)), to: path }));
}
