import { userInfo } from 'node:os';
import type { KeyChange, KeyDesk, StoredKey } from '@costspan/collector';
import { type Command, InvalidArgumentError } from 'commander';
import { collectorConfig } from '../collector-options.ts';
import type { Terminal } from '../terminal.ts';
import { type Column, textTable } from '../text-table.ts';
import { parseDuration } from '../time-span.ts';
import type { DefineCommand } from './command.ts';

interface DeskOptions {
  readonly data?: string;
  readonly config?: string;
  readonly json?: true;
}

interface CreateOptions extends DeskOptions {
  readonly role: string;
  readonly name: string;
  readonly customer?: readonly string[];
  readonly expires?: number;
}

const ROLES = ['admin', 'viewer', 'portal', 'ingest'] as const;
type Role = (typeof ROLES)[number];

const DAY_MS = 86_400_000;

/** `costspan keys`: who may send and who may ask. Works beside a running collector, which follows the file. */
export const defineKeys: DefineCommand = (program, terminal) => {
  const keys = program
    .command('keys')
    .description('Make, rotate and revoke keys; a running collector knows of it within a second.');

  withDeskOptions(keys.command('create'))
    .description('Make a key. Its secret is printed once, to stdout, and kept nowhere.')
    .requiredOption('--role <role>', `what it may do: ${ROLES.join(', ')}`, parseRole)
    .requiredOption('--name <name>', 'who holds it')
    .option('--customer <id...>', 'the only customers whose calls it may know of (portal: exactly one; viewer: any)')
    .option('--expires <span>', 'refuse it after this time, such as 90d', parseDuration)
    .action(async (options: CreateOptions) => {
      const { role, name, customer: customers, expires } = options;
      const desk = await deskOf(options, terminal);
      const made = await desk.create({
        name,
        role: role as Role,
        ...(customers && { customers }),
        ...(expires !== undefined && { expiresAtMs: terminal.now() + expires }),
      });
      showSecret(made, options, terminal, 'Keep it: it is not shown again.');
    });

  withDeskOptions(keys.command('list'))
    .description('Every key: what it may do and whether it is in force. No secrets.')
    .action(async (options: DeskOptions) => {
      const rows = (await deskOf(options, terminal)).list();
      terminal.stdout.write(
        options.json
          ? rows.map((key) => `${JSON.stringify(shown(key, terminal.now()))}\n`).join('')
          : `${textTable(columns(terminal.now()), rows)}\n`,
      );
    });

  withDeskOptions(keys.command('rotate'))
    .description('Make a key in the place of another, which goes on for a while.')
    .argument('<id>', 'the id of the key, as "keys list" shows it')
    .option('--overlap <span>', 'how long the old one goes on (default 1d)', parseDuration, DAY_MS)
    .action(async (id: string, options: DeskOptions & { readonly overlap: number }) => {
      const made = await (await deskOf(options, terminal)).rotate(id, options.overlap);
      const until = new Date(terminal.now() + options.overlap).toISOString();
      showSecret(made, options, terminal, `The key ${id} is refused from ${until} at the latest; change its senders.`);
    });

  withDeskOptions(keys.command('revoke'))
    .description('End a key now. Running collectors refuse it within a second.')
    .argument('<id>', 'the id of the key')
    .action(async (id: string, options: DeskOptions) => {
      const { key } = await (await deskOf(options, terminal)).revoke(id);
      terminal.stdout.write(options.json ? `${JSON.stringify(shown(key, terminal.now()))}\n` : `revoked ${id}\n`);
    });

  withDeskOptions(keys.command('prune'))
    .description('Drop keys that are expired or revoked from the list.')
    .action(async (options: DeskOptions) => {
      const dropped = await (await deskOf(options, terminal)).prune();
      terminal.stdout.write(options.json ? `${JSON.stringify({ dropped })}\n` : `dropped ${dropped} keys\n`);
    });
};

function withDeskOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory of the collector (COSTSPAN_DATA; default ./.costspan)')
    .option('--config <file>', 'its settings (default: costspan.yaml when there is one)')
    .option('--json', 'write JSON');
}

/** Keys are made before a collector may listen to others, so where it listens does not matter here. */
async function deskOf({ data, config }: DeskOptions, terminal: Terminal): Promise<KeyDesk> {
  const env = { ...terminal.env, COSTSPAN_GRPC_LISTEN: 'none' };
  const options = { listen: '127.0.0.1:0', ...(data && { data }), ...(config && { config }) };
  const settings = await collectorConfig(options, { ...terminal, env });
  const { openKeyDesk } = await import('@costspan/collector');
  return openKeyDesk(settings, userInfo().username, terminal.now);
}

function parseRole(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role === undefined) throw new InvalidArgumentError(`"${text}" is no role; roles are ${ROLES.join(', ')}`);
  return role;
}

function showSecret(
  { key, token }: KeyChange,
  { json }: DeskOptions,
  { stdout, stderr, now }: Terminal,
  hint: string,
): void {
  if (json) stdout.write(`${JSON.stringify({ ...shown(key, now()), key: token })}\n`);
  else {
    stdout.write(`${token}\n`);
    stderr.write(`${hint}\n`);
  }
}

function shown(key: StoredKey, nowMs: number): object {
  const { id, name, role, customers, createdAtMs, expiresAtMs, revokedAtMs, rotatedTo, rotatedFrom } = key;
  return {
    id,
    name,
    role,
    ...(customers && { customers }),
    state: stateOf(key, nowMs),
    created_at: instant(createdAtMs),
    expires_at: instant(expiresAtMs),
    revoked_at: instant(revokedAtMs),
    ...(rotatedTo === undefined ? {} : { rotated_to: rotatedTo }),
    ...(rotatedFrom === undefined ? {} : { rotated_from: rotatedFrom }),
  };
}

function columns(nowMs: number): readonly Column<StoredKey>[] {
  return [
    { title: 'id', align: 'left', cell: ({ id }) => id },
    { title: 'name', align: 'left', cell: ({ name }) => name },
    { title: 'role', align: 'left', cell: ({ role }) => role },
    { title: 'customers', align: 'left', cell: ({ customers }) => customers?.join(' ') ?? 'all' },
    { title: 'state', align: 'left', cell: (key) => stateOf(key, nowMs) },
    { title: 'created', align: 'left', cell: ({ createdAtMs }) => instant(createdAtMs) ?? '' },
    {
      title: 'ends',
      align: 'left',
      cell: ({ expiresAtMs, revokedAtMs }) => instant(revokedAtMs ?? expiresAtMs) ?? 'never',
    },
  ];
}

function stateOf({ revokedAtMs, expiresAtMs }: StoredKey, nowMs: number): string {
  if (revokedAtMs !== undefined) return 'revoked';
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? 'expired' : 'active';
}

function instant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
