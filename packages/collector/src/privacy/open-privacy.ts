import { readFile } from 'node:fs/promises';
import { InvalidInputError, parseTagGlossary } from '@costspan/usage';
import { readYaml } from '../config/yaml.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { Privacy } from './privacy.ts';

/** The section `privacy`, as it is written. */
export interface PrivacyFiles {
  /** The glossary of tags. */
  readonly tags: string;
  readonly subjectsMax: number;
}

/**
 * Reads the glossary, and the persons that are known already.
 * @param data directory of the ledger, or `:memory:`
 * @throws InvalidInputError `TAG_GLOSSARY_INVALID` with every mistake; CostspanError `SUBJECTS_UNREADABLE`
 */
export async function openPrivacy(
  { tags, subjectsMax }: PrivacyFiles,
  data: string,
  metrics: SelfMetrics,
): Promise<Privacy> {
  const refused = (at: string, code: string, message: string): never => {
    throw new InvalidInputError('TAG_GLOSSARY_INVALID', tags, [{ at, code, message }]);
  };
  const text = await readFile(tags, 'utf8').catch((error: Error) => refused('file', 'FILE_UNREADABLE', error.message));
  const { value, findings } = readYaml(text);
  if (findings.length > 0) throw new InvalidInputError('TAG_GLOSSARY_INVALID', tags, findings);
  return new Privacy({ glossary: parseTagGlossary(value, tags), subjectsMax }, data, metrics);
}
