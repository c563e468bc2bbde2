import { type PlanFile, parsePlans, parseRules, type RuleSet, withPlans } from '@costspan/quota';
import { readTextFile } from '../price-book-files.ts';

/**
 * The rules of a file, with the limits of sold plans as one more rule.
 * @throws InvalidInputError with every mistake; CostspanError when a file cannot be read.
 */
export async function readRuleFiles(rules: string, plans: string | undefined): Promise<RuleSet> {
  const set = parseRules(await readTextFile(rules), rules);
  if (plans === undefined) return set;
  const file: PlanFile = parsePlans(await readTextFile(plans), plans);
  return withPlans(set, file);
}
