import type { Configuration, RuleSetRule } from 'webpack';
import baseConfig, { type Env } from './.config/webpack/webpack.config.ts';

/** The scaffold's configuration, for the browsers that Grafana 12.4 and newer support. */
export async function webpackConfig(env: Env): Promise<Configuration> {
  const config = await baseConfig(env);
  for (const rule of (config.module?.rules ?? []) as RuleSetRule[]) {
    const use = rule.use as { loader?: string; options?: { jsc?: { target: string; transform?: object } } } | undefined;
    if (use?.loader !== 'swc-loader' || use.options?.jsc === undefined) continue;
    use.options.jsc.target = 'es2022';
    use.options.jsc.transform = { react: { runtime: 'automatic' } };
  }
  config.experiments = { ...config.experiments, topLevelAwait: true };
  // Tests and locale sources are no part of the plugin.
  return config;
}
