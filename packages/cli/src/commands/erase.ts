import { CostspanError } from '@costspan/usage';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import { usageApiAt } from '../usage-api.ts';
import type { DefineCommand } from './command.ts';

interface EraseOptions {
  readonly url: string;
  readonly data?: string;
  readonly tag?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface Erasure {
  readonly erased: boolean;
  readonly subjects: readonly { readonly tag: string; readonly pseudonym: string }[];
}

/** More persons than there can be: nothing is added here. */
const SUBJECTS_MAX = 0;

/** `costspan erase`: the right to be forgotten, and with --dry-run the right to know what is kept. */
export const defineErase: DefineCommand = (program, terminal) => {
  program
    .command('erase')
    .description('Forget who a pseudonym is: the person is in no table, queue or export any more, and totals stay.')
    .argument('<value>', 'what the tag said, such as jane@example.com')
    .option('--tag <tag>', 'only under this tag')
    .option('--dry-run', 'tell under which pseudonyms the person stands, and erase nothing')
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--data <dir>', 'the data directory instead; no collector may have it open')
    .option('--json', 'write JSON')
    .action(async (value: string, options: EraseOptions) => {
      const erasure = await (options.data === undefined
        ? eraseAt(options, value, terminal)
        : eraseIn(options.data, value, options));
      terminal.stdout.write(options.json ? `${JSON.stringify(erasure)}\n` : told(erasure));
    });
};

async function eraseAt({ url, tag, dryRun }: EraseOptions, value: string, { env }: Terminal): Promise<Erasure> {
  const api = usageApiAt(url, env['COSTSPAN_API_KEY']);
  const body = { value, ...(tag === undefined ? {} : { tag }), dry_run: dryRun === true };
  return (await api.ask('/privacy/erasures', body)) as Erasure;
}

/** The ledger is opened for as long as it takes, so that no collector goes on with the pseudonym meanwhile. */
async function eraseIn(data: string, value: string, { tag, dryRun }: EraseOptions): Promise<Erasure> {
  const { openDuckDbLedger, Subjects, subjectFileOf } = await import('@costspan/collector');
  const path = subjectFileOf(data);
  if (path === undefined) throw new CostspanError('DATA_MEMORY', 'a ledger in memory is gone with its collector');
  const ledger = await openDuckDbLedger({ path: data });
  try {
    const subjects = Subjects.open(path, SUBJECTS_MAX);
    const found = dryRun === true ? subjects.find(value, tag) : await subjects.erase(value, tag);
    return { erased: dryRun !== true && found.length > 0, subjects: found };
  } finally {
    await ledger.close();
  }
}

function told({ erased, subjects }: Erasure): string {
  if (subjects.length === 0) return 'nothing is known of this value\n';
  const table = textTable(
    [
      { title: 'tag', align: 'left', cell: ({ tag }) => tag },
      { title: 'pseudonym', align: 'left', cell: ({ pseudonym }) => pseudonym },
    ],
    subjects,
  );
  return `${table}\n${erased ? 'erased: nothing leads from the value to these any more' : 'not erased (--dry-run)'}\n`;
}
