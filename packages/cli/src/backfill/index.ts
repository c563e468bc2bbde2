import { anthropic } from './anthropic.ts';
import type { BackfillFormat } from './backfill-format.ts';
import { costspan } from './costspan.ts';
import { litellm } from './litellm.ts';
import { openai } from './openai.ts';

/** Every format, in the order in which they are asked whether a record is theirs. One file and one line each. */
export const BACKFILL_FORMATS: readonly BackfillFormat[] = [litellm, openai, anthropic, costspan];
