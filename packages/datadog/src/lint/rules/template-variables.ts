import { type JsonObject, type LintFinding, listOf, objectsOf, textOf } from '../finding.ts';
import { tagsOfMetric } from '../known-metrics.ts';
import { ExpressionError, type MetricQuery, parseExpression } from '../metric-expression.ts';
import { metricQueriesOf, panelsOf, requestsOf } from '../panels.ts';
import type { LintRule } from '../rule.ts';

/**
 * Variables are declared before they are used and used where they are declared: every panel filters by each variable whose
 * tag its metric carries. One default at most, and presets about variables that exist.
 */
export const templateVariables: LintRule = {
  name: 'template-variables',
  about: 'dashboard',
  check: (dashboard) => {
    const variables = objectsOf(dashboard['template_variables']);
    const names = variables.map(({ name }) => textOf(name) ?? '');
    const findings = variables.flatMap((variable, index) => declaration(variable, `template_variables[${index}]`));
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) !== index)
        findings.push({
          at: `template_variables[${index}]`,
          code: 'VARIABLE_TWICE',
          message: `"${name}" is there twice`,
        });
    }
    const used = new Set<string>();
    for (const panel of panelsOf(dashboard)) {
      for (const { at, query } of requestsOf(panel).flatMap(metricQueriesOf)) {
        for (const one of queriesIn(textOf(query['query']) ?? '')) {
          const asked = one.scope.flatMap((item) => /\$(\w+)/.exec(item)?.[1] ?? []);
          for (const name of asked) {
            used.add(name);
            if (!names.includes(name))
              findings.push({ at: `${at}.query`, code: 'VARIABLE_UNDECLARED', message: `"$${name}" is not declared` });
          }
          const tags = tagsOfMetric(one.metric) ?? [];
          const missing = variables.filter(
            ({ name, prefix }) => tags.includes(textOf(prefix) ?? '') && !asked.includes(textOf(name) ?? ''),
          );
          for (const { name } of missing)
            findings.push({
              at: `${at}.query`,
              code: 'VARIABLE_MISSING',
              message: `does not filter by "$${textOf(name)}"`,
            });
        }
      }
    }
    for (const [index, name] of names.entries()) {
      if (!used.has(name))
        findings.push({
          at: `template_variables[${index}]`,
          code: 'VARIABLE_UNUSED',
          message: `no panel uses "$${name}"`,
        });
    }
    return [...findings, ...presets(dashboard, names)];
  },
};

function declaration(variable: JsonObject, at: string): LintFinding[] {
  const findings: LintFinding[] = [];
  if (variable['default'] !== undefined && variable['defaults'] !== undefined)
    findings.push({ at, code: 'VARIABLE_DEFAULT', message: 'either default or defaults' });
  if (listOf(variable['defaults']).includes(''))
    findings.push({ at: `${at}.defaults`, code: 'VARIABLE_DEFAULT', message: 'a default is not empty' });
  if ((textOf(variable['name']) ?? '') === '')
    findings.push({ at: `${at}.name`, code: 'VARIABLE_NAME', message: 'a variable has a name' });
  return findings;
}

function presets(dashboard: JsonObject, names: readonly string[]): LintFinding[] {
  return objectsOf(dashboard['template_variable_presets']).flatMap((preset, index) =>
    objectsOf(preset['template_variables']).flatMap((variable, inside): LintFinding[] => {
      const at = `template_variable_presets[${index}].template_variables[${inside}]`;
      const findings: LintFinding[] = [];
      if (!names.includes(textOf(variable['name']) ?? ''))
        findings.push({ at, code: 'PRESET_VARIABLE', message: `there is no variable "${String(variable['name'])}"` });
      if (variable['value'] !== undefined && variable['values'] !== undefined)
        findings.push({ at, code: 'PRESET_VALUE', message: 'either value or values' });
      return findings;
    }),
  );
}

function queriesIn(text: string): readonly MetricQuery[] {
  try {
    return parseExpression(text).queries;
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}
