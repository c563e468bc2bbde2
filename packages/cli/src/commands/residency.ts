import type { ResidencyProof } from '@costspan/collector';
import { collectorConfig } from '../collector-options.ts';
import { EXIT } from '../exit-code.ts';
import { textTable } from '../text-table.ts';
import type { DefineCommand } from './command.ts';

interface VerifyOptions {
  readonly config?: string;
  readonly json?: true;
}

/** `costspan residency`: that calls are where the rules say, and nowhere else. */
export const defineResidency: DefineCommand = (program, terminal, exit) => {
  program
    .command('residency')
    .description('Prove that calls stay in the region that the rules send them to.')
    .command('verify')
    .description(
      'Send marked calls through collectors with these rules, in a directory of its own, and search every byte that they wrote, told and answered. Exit: 0 each mark is in its region alone, 1 not.',
    )
    .option('--config <file>', 'the settings with the rules (default: costspan.yaml when there is one)')
    .option('--json', 'write JSON')
    .action(async ({ config, json }: VerifyOptions) => {
      const env = { ...terminal.env, COSTSPAN_GRPC_LISTEN: 'none' };
      const options = { listen: '127.0.0.1:0', ...(config && { config }) };
      const settings = await collectorConfig(options, { ...terminal, env });
      const { proveResidency } = await import('@costspan/collector');
      terminal.stderr.write('Sending marked calls and searching for them …\n');
      const proof = await proveResidency(settings);
      terminal.stdout.write(json ? `${JSON.stringify(proof)}\n` : told(proof));
      if (!proof.isProven) exit(EXIT.finding);
    });
};

function told({ checks, files, bytes, isProven }: ResidencyProof): string {
  const table = textTable(
    [
      { title: 'rule', align: 'left', cell: ({ rule }) => rule },
      { title: 'region', align: 'left', cell: ({ region }) => region },
      { title: 'found at home', align: 'right', cell: ({ ownPlaces }) => `${ownPlaces.length} places` },
      {
        title: 'found elsewhere',
        align: 'left',
        cell: ({ leaks }) => (leaks.length === 0 ? 'nowhere' : leaks.join(' ')),
      },
    ],
    checks,
  );
  const verdict = isProven ? 'proven' : 'NOT PROVEN';
  return `${table}\n${verdict}: ${files} files with ${bytes} bytes, the logs and the answers of every collector were searched\n`;
}
