import type { CollectorConfig } from '@costspan/collector';
import { InvalidArgumentError } from 'commander';
import { type CollectorOptions, collectorConfig, withCollectorOptions } from '../collector-options.ts';
import { watchCustomers } from '../customer-table.ts';
import { EXIT } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { parseDuration } from '../time-span.ts';
import { usageApiAt } from '../usage-api.ts';
import type { DefineCommand } from './command.ts';

interface DemoOptions extends CollectorOptions {
  readonly history?: string;
  readonly live?: true;
  readonly rate?: string;
  readonly calls?: string;
}

/** `costspan demo`: the collector, and a multi-tenant app whose real SDK calls it records. */
export const defineDemo: DefineCommand = (program, terminal, exit) => {
  withCollectorOptions(
    program.command('demo').description('Start the collector with demo traffic. Needs no server and no API key.'),
  )
    .option('--history <span>', 'fill the past first, for example 45d; tagged environment=demo')
    .option('--live', 'call the real providers whose API key is set (OPENAI_API_KEY, ANTHROPIC_API_KEY)')
    .option('--rate <calls>', 'calls per second of the demo app')
    .option('--calls <count>', 'end after this many calls')
    .action(async (options: DemoOptions) => {
      const interrupted = terminal.interrupted();
      const [{ startCollector }, { startDemo }] = await Promise.all([
        import('@costspan/collector'),
        import('@costspan/demo'),
      ]);
      const calls = wholeNumber('--calls', options.calls);
      const rate = wholeNumber('--rate', options.rate);
      const historyDays = options.history === undefined ? 0 : Math.ceil(parseDuration(options.history) / 86_400_000);
      const config = await withQuota(await collectorConfig(options, terminal));
      const [key] = config.ingestKeys;
      const collector = await startCollector(config);
      terminal.stdout.write(`Costspan is up at ${collector.url}\n`);
      try {
        if (historyDays > 0) await fillHistory(collector.url, historyDays, key, terminal);
        const demo = await startDemo({
          endpoint: collector.url,
          ...(key === undefined ? {} : { env: withKey(terminal.env, key) }),
          ...(options.live === true ? { live: true } : {}),
          ...(rate === undefined ? {} : { rate }),
          ...(calls === undefined ? {} : { calls }),
        });
        const table = watchCustomers(usageApiAt(collector.url, key), terminal);
        const ended = await Promise.race([
          interrupted,
          demo.done.then(
            () => 'done' as const,
            (error: unknown) => ({ error }),
          ),
        ]);
        terminal.stderr.write(
          ended === 'done' ? 'The demo app is done.\n' : 'Stopping: finishing calls, flushing spans, committing …\n',
        );
        await demo.stop();
        await table.finish();
        if (typeof ended === 'object') {
          terminal.stderr.write(
            `costspan: the demo app failed: ${ended.error instanceof Error ? ended.error.message : String(ended.error)}\n`,
          );
          exit(EXIT.finding);
        } else if (ended === 'done') {
          terminal.stderr.write(`The collector stays up at ${collector.url}. Ctrl-C stops.\n`);
          await interrupted;
        }
      } finally {
        await collector.close();
      }
    });
};

/** Without rules of the user's own, the plans of the demo's company. */
async function withQuota(config: CollectorConfig): Promise<CollectorConfig> {
  if (config.quota !== undefined) return config;
  const [{ parseConfig }, { QUOTA_FILE }] = await Promise.all([
    import('@costspan/collector'),
    import('@costspan/demo'),
  ]);
  const { quota } = parseConfig(JSON.stringify({ quota: QUOTA_FILE }), 'the demo', {});
  return quota === undefined ? config : { ...config, quota };
}

async function fillHistory(endpoint: string, days: number, key: string | undefined, terminal: Terminal): Promise<void> {
  terminal.stderr.write(`Filling ${days} days of history …\n`);
  const { sendHistory } = await import('@costspan/demo');
  await sendHistory({
    endpoint,
    days,
    key,
    nowMs: terminal.now(),
    onProgress: ({ sentCalls, totalCalls }) => {
      terminal.stderr.write(
        `  ${sentCalls.toLocaleString('en-US')} of about ${totalCalls.toLocaleString('en-US')} calls\n`,
      );
    },
  });
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError(`${option} "${text}" must be a whole number from 1 on`);
  return Number(text);
}

/** The environment of an app whose spans a collector with keys takes in. Values of this variable are percent-encoded. */
function withKey(env: Terminal['env'], key: string): NodeJS.ProcessEnv {
  return { ...env, OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${key}`)}` };
}
