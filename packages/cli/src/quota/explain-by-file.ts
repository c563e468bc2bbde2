import {
  amountJson,
  type DecisionJson,
  decisionToJson,
  type Evaluation,
  explainDecision,
  type LimitJson,
  limitToJson,
  MemoryStore,
  Quota,
  type QuotaRequest,
} from '@costspan/quota';
import { priceByCatalogue } from './price-by-catalogue.ts';
import { readRuleFiles } from './rule-files.ts';

/** As `POST /api/v1/quota/explain` answers. */
export interface ExplanationJson {
  readonly evaluation: Evaluation;
  readonly differs: boolean;
  readonly decisions: Readonly<Record<Evaluation, DecisionJson>>;
  readonly rules: readonly {
    readonly rule_id: string;
    readonly line: number;
    readonly matches: boolean;
    readonly because: readonly object[];
    readonly limits: readonly (LimitJson & { readonly after: string | number })[];
  }[];
}

/** What the rules of a file decide about the first call ever. */
export async function explainByFile(
  rules: string,
  plans: string | undefined,
  request: QuotaRequest,
  nowMs: number,
): Promise<ExplanationJson> {
  const quota = new Quota({
    rules: await readRuleFiles(rules, plans),
    store: new MemoryStore(),
    priceOf: priceByCatalogue,
  });
  const explained = await explainDecision(quota, request, nowMs);
  const { evaluation, differs, decisions } = explained;
  return {
    evaluation,
    differs,
    decisions: { all: decisionToJson(decisions.all), first: decisionToJson(decisions.first) },
    rules: explained.rules.map(({ ruleId, line, matches, because, limits }) => ({
      rule_id: ruleId,
      line,
      matches,
      because,
      limits: limits.map((state) => ({ ...limitToJson(state), after: amountJson(state.unit, state.after) })),
    })),
  };
}
