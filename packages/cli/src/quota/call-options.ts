import type { CallSize, QuotaCall } from '@costspan/quota';
import { InvalidInputError, parseTags } from '@costspan/usage';
import { type Command, InvalidArgumentError } from 'commander';

export interface CallOptions {
  readonly provider: string;
  readonly model: string;
  readonly tag: readonly string[];
  readonly inputTokens?: number;
  readonly maxTokens?: number;
}

/** The options that describe one call. */
export function withCallOptions(command: Command): Command {
  return command
    .requiredOption('--provider <name>', 'for example openai')
    .requiredOption('--model <name>', 'as it is asked for')
    .option('--tag <key=value...>', 'whose call it is: customer_id=acme user=alice', [])
    .option('--input-tokens <n>', 'tokens of the prompt', count)
    .option('--max-tokens <n>', 'tokens of the answer at most', count);
}

/** @throws InvalidInputError for a mistaken tag; InvalidArgumentError for one without a value. */
export function callOf({ provider, model, tag, inputTokens, maxTokens }: CallOptions): {
  readonly call: QuotaCall;
  readonly size: CallSize;
} {
  const pairs = Object.fromEntries(tag.map(pairOf));
  const { tags, findings } = parseTags(pairs, '--tag');
  if (findings.length > 0) throw new InvalidInputError('TAGS_INVALID', 'the call', findings);
  return {
    call: { provider, model, tags },
    size: {
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    },
  };
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`--tag "${text}" must be key=value, such as customer_id=acme`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function count(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`"${text}" is not a whole number of tokens`);
}
