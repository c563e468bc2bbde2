import { type LintFinding, objectsOf, textOf } from '../finding.ts';
import { ExpressionError, parseExpression } from '../metric-expression.ts';
import { type PanelRequest, panelsOf, requestsOf } from '../panels.ts';
import type { LintRule } from '../rule.ts';

/** A formula names queries of its request, every query is used, and names are there once. */
export const formulas: LintRule = {
  name: 'formulas',
  about: 'dashboard',
  check: (dashboard) => panelsOf(dashboard).flatMap(requestsOf).flatMap(checkRequest),
};

function checkRequest({ at, request }: PanelRequest): LintFinding[] {
  const queries = objectsOf(request['queries']).map((query) => textOf(query['name']) ?? '');
  const formulas = objectsOf(request['formulas']);
  if (request['queries'] === undefined && request['formulas'] === undefined) return [];
  if (queries.length === 0) return [{ at: `${at}.queries`, code: 'FORMULA_QUERIES', message: 'formulas need queries' }];
  if (formulas.length === 0) return [{ at: `${at}.formulas`, code: 'FORMULA_NONE', message: 'queries need a formula' }];
  const findings: LintFinding[] = [];
  const used = new Set<string>();
  for (const [index, { formula }] of formulas.entries()) {
    const place = `${at}.formulas[${index}].formula`;
    try {
      const { names, queries: inline } = parseExpression(textOf(formula) ?? '');
      if (inline.length > 0) findings.push({ at: place, code: 'FORMULA_INLINE', message: 'a formula names queries' });
      for (const name of names) {
        used.add(name);
        if (!queries.includes(name))
          findings.push({ at: place, code: 'FORMULA_NAME', message: `there is no query "${name}"` });
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      findings.push({ at: place, code: 'FORMULA_GRAMMAR', message: error.message });
    }
  }
  for (const [index, name] of queries.entries()) {
    const place = `${at}.queries[${index}].name`;
    if (!used.has(name)) findings.push({ at: place, code: 'FORMULA_UNUSED', message: `no formula uses "${name}"` });
    if (queries.indexOf(name) !== index)
      findings.push({ at: place, code: 'FORMULA_TWICE', message: `"${name}" is there twice` });
  }
  return findings;
}
