import { extractUsage, type Meters } from '@costspan/usage';
import { EXIT } from '../exit-code.ts';
import { readNdjson, writeNdjson } from '../ndjson.ts';
import type { DefineCommand } from './command.ts';

/** `costspan extract`: a provider's own usage words into meters. */
export const defineExtract: DefineCommand = (program, terminal, exit) => {
  program
    .command('extract')
    .description('Read meters out of provider responses: NDJSON on stdin, NDJSON on stdout, in the same order.')
    .addHelpText(
      'after',
      `
A line:   {"id":1,"provider":"anthropic","api":"messages","body":{"model":"claude-haiku-4-5","usage":{"input_tokens":3,"cache_read_input_tokens":9511,"output_tokens":44}}}
Answer:   {"id":1,"model":"claude-haiku-4-5","usage":{"input_tokens":9514,"output_tokens":44,"cache_read_tokens":9511},"context":{},"usage_status":"reported"}
"body" is a response or its usage object; "api" and "headers" (of the response, in lower case) are optional. Counts of zero are
left out.
Exit:     0 every line had usage, 1 a line had none or held a mistake (it is answered with "errors").`,
    )
    .action(async () => {
      let found = false;
      for await (const line of readNdjson(terminal.stdin)) {
        const answer = line.kind === 'invalid' ? unreadable(line.line, line.message) : extractLine(line.value);
        found ||= answer.errors !== undefined;
        await writeNdjson(terminal.stdout, answer);
      }
      if (found) exit(EXIT.finding);
    });
};

interface ExtractAnswer {
  readonly id: unknown;
  readonly model: string | null;
  readonly usage: Meters;
  readonly context: object;
  readonly usage_status: string;
  readonly sub_usages?: readonly object[];
  readonly errors?: readonly object[];
}

function extractLine(value: unknown): ExtractAnswer {
  const line = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { id = null, provider, api, body, headers } = line;
  const extracted = extractUsage({
    provider: typeof provider === 'string' ? provider : '',
    ...(typeof api === 'string' ? { api } : {}),
    body,
    ...(isHeaders(headers) ? { headers } : {}),
  });
  return {
    id,
    model: extracted.model ?? null,
    usage: withoutZeros(extracted.usage.meters),
    context: extracted.context,
    usage_status: extracted.usage.status,
    ...(extracted.subUsages.length > 0 ? { sub_usages: extracted.subUsages } : {}),
    ...(extracted.findings.length > 0 ? { errors: extracted.findings } : {}),
  };
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string');
}

function unreadable(line: number, message: string): ExtractAnswer {
  const errors = [{ at: `line ${line}`, code: 'JSON', message }];
  return { id: null, model: null, usage: {}, context: {}, usage_status: 'unavailable', errors };
}

function withoutZeros(meters: Meters): Meters {
  return Object.fromEntries(Object.entries(meters).filter(([, count]) => count !== 0));
}
