import type { LintFinding } from '@costspan/datadog/provision';
import { filesWith, readJson } from '../../datadog/remote-options.ts';
import { EXIT } from '../../exit-code.ts';
import { jsonFiles } from '../../json-files.ts';
import type { DefineCommand } from '../command.ts';

interface FileFinding extends LintFinding {
  readonly file: string;
}

/** `costspan datadog lint`: what Datadog would refuse, or take and show nothing for. */
export const defineLint: DefineCommand = (datadog, terminal, exit) => {
  datadog
    .command('lint')
    .description(
      'Check dashboards and monitors: the client’s own shapes, queries, formulas, thresholds, and metrics that are really sent.',
    )
    .argument('[file...]', 'JSON files, or folders of them; without one what is shipped')
    .option('--variables <file>', 'thresholds and owners of what is shipped')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', '\n  costspan datadog lint dashboards/datadog')
    .action(async (files: readonly string[], options: { readonly variables?: string; readonly json?: true }) => {
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
