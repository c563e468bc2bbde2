import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './provider-server.ts';

/** One HTTP exchange with a provider, recorded or made by hand, and what a reader of its response must find. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  /** The finer name of a provider `other`. */
  readonly vendor?: string;
  readonly api: string;
  readonly stream: boolean;
  readonly request: {
    readonly host: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: Readonly<Record<string, unknown>>;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** The body stands for bytes. */
    readonly encoding?: 'base64';
    /** The stream was cut short. */
    readonly aborted?: boolean;
  };
  readonly expected: ExpectedFacts;
}

/** Counts as the provider writes them: absent fields are `null`, and `input_tokens` follows the provider's own convention. */
export interface ExpectedFacts {
  readonly response_model: string | null;
  readonly response_id: string | null;
  readonly finish_reasons: readonly string[];
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read: number | null;
  readonly cache_write: number | null;
  readonly reasoning: number | null;
  readonly usage_raw?: { readonly iterations?: readonly Iteration[] | null; readonly billed_units?: object } | null;
  readonly usage_convention: 'cache_included' | 'cache_excluded' | null;
  readonly reasoning_convention?: 'included' | 'excluded' | null;
  readonly other?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly status?: number; readonly type?: string | null; readonly code?: string | null } | null;
}

interface Iteration {
  readonly type: string;
  readonly model?: string;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

/** The exchanges of a folder, sorted by id; none when there is no such folder. */
export function readExchanges(folder: string): Exchange[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Exchange);
}

/** What a provider server answers to replay the exchange. */
export function answerOf({ response }: Exchange): Answer {
  const { 'content-length': _length, 'content-encoding': _encoding, ...headers } = response.headers;
  const body = response.encoding === 'base64' ? [Buffer.from(response.body, 'base64')] : response.body;
  return { status: response.status, headers, body, ending: response.aborted === true ? 'cut' : 'end' };
}

/** What the call was billed for, in our meters: cache included, and compaction passes added. */
export function billedUsage(expected: ExpectedFacts): Readonly<Record<string, number>> {
  const passes = (expected.usage_raw?.iterations ?? []).filter((pass) => pass.type === 'compaction');
  const isBilledUnits = expected.usage_raw?.billed_units !== undefined;
  const cacheBeside = expected.usage_convention === 'cache_excluded';
  return defined({
    input_tokens: plus(
      expected.input_tokens,
      ...(cacheBeside ? [expected.cache_read, expected.cache_write] : []),
      // What tools put into Gemini's prompt stands beside it.
      count(expected.other?.['toolUsePromptTokenCount']),
      ...passes.flatMap((pass) => [pass.input_tokens, pass.cache_read_input_tokens, pass.cache_creation_input_tokens]),
    ),
    output_tokens: plus(
      expected.output_tokens,
      ...(expected.reasoning_convention === 'excluded' ? [expected.reasoning] : []),
      ...passes.map((pass) => pass.output_tokens),
    ),
    // Cohere's cached tokens are among what the model read and not among what is billed.
    cache_read_tokens: plus(
      isBilledUnits ? null : expected.cache_read,
      ...passes.map((pass) => pass.cache_read_input_tokens),
    ),
    cache_write_tokens: plus(expected.cache_write, ...passes.map((pass) => pass.cache_creation_input_tokens)),
    output_reasoning_tokens: plus(expected.reasoning),
  });
}

/** Models that parts of the call were billed at, besides its own. */
export function advisorModels(expected: ExpectedFacts): string[] {
  return (expected.usage_raw?.iterations ?? [])
    .filter((pass) => pass.type === 'advisor_message')
    .map((pass) => pass.model ?? '');
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function plus(...counts: readonly (number | null | undefined)[]): number | undefined {
  const present = counts.filter((count) => typeof count === 'number');
  return present.length === 0 ? undefined : present.reduce((sum, count) => sum + count, 0);
}

function defined(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
