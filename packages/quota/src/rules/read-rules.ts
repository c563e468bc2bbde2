import { InvalidInputError, nearestName } from '@costspan/usage';
import { costspanFile, readCostspanFile } from './costspan-format.ts';
import { Findings, type RuleFinding } from './finding.ts';
import { readBudgetFile, readRateFile } from './gateway-format.ts';
import { FORMATS, type QuotaRule, type RuleFormat, type RuleSet } from './rule.ts';
import { isMap, show } from './shape.ts';
import { readTenantBudget } from './tenant-budget-format.ts';
import { readYaml, type YamlDocument } from './yaml-text.ts';

export type RulesRead =
  | { readonly rules: RuleSet; readonly findings: readonly [] }
  | { readonly rules?: undefined; readonly findings: readonly RuleFinding[] };

/**
 * Reads a rule file (YAML or JSON text) of any format we know: `format: costspan.quota/1`, or a TrueFoundry `type`. Several
 * documents in one text make one set, in their order; the first names it. Every mistake is a finding.
 */
export function readRules(text: string): RulesRead {
  const yaml = readYaml(text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  const documents = yaml.documents.filter(({ value }, index) => value !== null || index === 0);
  const findings: RuleFinding[] = [];
  const sets: RuleSet[] = [];
  for (const document of documents) {
    const own = new Findings((path, of) => document.placeOf(path, of));
    const set = readDocument(document, own);
    findings.push(...own.list);
    if (set !== undefined) sets.push(set);
  }
  if (documents.length === 0) findings.push(emptyText());
  if (findings.length === 0) findings.push(...twice(sets));
  const [first] = sets;
  if (findings.length > 0 || first === undefined) return { findings };
  return { rules: { ...first, rules: sets.flatMap(({ rules }) => rules) }, findings: [] };
}

/**
 * The same, for a caller who cannot go on without. `name` is the file in messages.
 * @throws InvalidInputError `QUOTA_INVALID` with every mistake: line, column, and what to do.
 */
export function parseRules(text: string, name: string): RuleSet {
  const { rules, findings } = readRules(text);
  if (rules === undefined) throw new InvalidInputError('QUOTA_INVALID', name, findings);
  return rules;
}

function readDocument(document: YamlDocument, findings: Findings): RuleSet | undefined {
  const { value } = document;
  if (!isMap(value))
    return findings.add([], 'MAP_EXPECTED', `${show(value)} is no rule file; begin with "format: costspan.quota/1"`);
  if (value['type'] === undefined) return readCostspanFile(value, findings);
  const type = value['type'];
  if (!isFormat(type)) {
    const near = typeof type === 'string' ? nearestName(type, FORMATS) : undefined;
    const hint = near === undefined ? `known: ${FORMATS.join(', ')}` : `did you mean "${near}"?`;
    return findings.add(['type'], 'FORMAT_UNKNOWN', `${show(type)} is not a rule format; ${hint}`);
  }
  switch (type) {
    case 'gateway-rate-limiting-config':
      return readRateFile(value, findings);
    case 'gateway-budget-config':
      return readBudgetFile(value, findings);
    case 'tenant-budget-config':
    case 'team-budget-config':
      return readTenantBudget(value, findings);
    case 'costspan.quota/1':
      return findings.add(['type'], 'FORMAT_FIELD', 'our own format is stated as "format: costspan.quota/1"', 'key');
    default:
      return type satisfies never;
  }
}

function isFormat(type: unknown): type is RuleFormat {
  return FORMATS.includes(type as RuleFormat);
}

function emptyText(): RuleFinding {
  return {
    at: 'file',
    code: 'TEXT_EMPTY',
    message: 'has no content; begin with "format: costspan.quota/1"',
    line: 1,
    column: 1,
  };
}

/** Counters are kept by rule id, so two rules of one id would count into each other. */
function twice(sets: readonly RuleSet[]): RuleFinding[] {
  const seen = new Map<string, QuotaRule>();
  const findings: RuleFinding[] = [];
  for (const rule of sets.flatMap(({ rules }) => rules)) {
    const first = seen.get(rule.id);
    if (first === undefined) seen.set(rule.id, rule);
    else {
      const message = `"${rule.id}" is the rule of line ${first.line} already, and both would count into each other; rename one`;
      findings.push({
        at: `rule ${rule.id} (line ${rule.line})`,
        code: 'RULE_TWICE',
        message,
        line: rule.line,
        column: 1,
      });
    }
  }
  return findings;
}

/** The schema of our own format, as it is published in `schema/quota-1.schema.json`. */
export const QUOTA_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'costspan.quota/1',
  ...costspanFile.schema,
};
