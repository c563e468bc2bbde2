import type { LintFinding } from '@costspan/datadog/provision';
import {
  filesWith,
  openRemote,
  type RemoteOptions,
  readJson,
  withRemoteOptions,
} from '../../datadog/remote-options.ts';
import { EXIT } from '../../exit-code.ts';
import { jsonFiles } from '../../json-files.ts';
import type { Terminal } from '../../terminal.ts';
import type { DefineCommand } from '../command.ts';

interface FileFinding extends LintFinding {
  readonly file: string;
}

interface LintOptions extends RemoteOptions {
  readonly live?: true;
  readonly json?: true;
}

/** `costspan datadog lint`: what Datadog would refuse, or take and show nothing for. */
export const defineLint: DefineCommand = (datadog, terminal, exit) => {
  withRemoteOptions(datadog.command('lint'), terminal)
    .description(
      'Check dashboards and monitors: the client’s own shapes, queries, formulas, thresholds, and metrics that are really sent.',
    )
    .argument('[file...]', 'JSON files, or folders of them; without one what is shipped')
    .option('--live', 'ask Datadog’s own parser about each monitor too; writes nothing')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', '\n  costspan datadog lint dashboards/datadog')
    .action(async (files: readonly string[], options: LintOptions) => {
      const { lintFile } = await import('@costspan/datadog/provision');
      const findings: FileFinding[] = [];
      const checked =
        files.length > 0
          ? await Promise.all(
              (await jsonFiles(files))
                .filter((file) => !file.endsWith('variables.json'))
                .map(async (file) => [file, await readJson(file)] as const),
            )
          : (await filesWith(options)).map(({ path, json }) => [path, json] as const);
      for (const [file, value] of checked) {
        findings.push(...lintFile(value).findings.map((finding) => ({ file, ...finding })));
      }
      if (options.live === true) findings.push(...(await refusedMonitors(checked, options, terminal)));
      if (options.json === true) terminal.stdout.write(`${JSON.stringify({ files: checked.length, findings })}\n`);
      else {
        for (const { file, at, message, code } of findings) {
          terminal.stdout.write(`${file}: ${at}: ${message} [${code}]\n`);
        }
        terminal.stdout.write(`${checked.length} files, ${findings.length} mistakes\n`);
      }
      if (findings.length > 0) exit(EXIT.finding);
    });
};

/** A composite names monitors that have no ids before they are made: it cannot be asked about. */
async function refusedMonitors(
  checked: readonly (readonly [file: string, value: unknown])[],
  options: RemoteOptions,
  terminal: Terminal,
): Promise<FileFinding[]> {
  const { kindOf, PushError } = await import('@costspan/datadog/provision');
  const remote = await openRemote(options, terminal);
  const findings: FileFinding[] = [];
  for (const [file, value] of checked) {
    const json = value as Parameters<typeof remote.validateMonitor>[0];
    if (kindOf(json) !== 'monitor' || json['type'] === 'composite') continue;
    try {
      await remote.validateMonitor(json);
    } catch (cause) {
      if (!(cause instanceof PushError) || cause.code !== 'DATADOG_REFUSED') throw cause;
      findings.push({ file, at: '(file)', code: cause.code, message: cause.message });
    }
  }
  return findings;
}
