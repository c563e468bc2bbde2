import { type LintFinding, objectsOf } from '../finding.ts';
import { panelsOf, requestsOf } from '../panels.ts';
import type { LintRule } from '../rule.ts';

/** What each kind of panel can show. */
const FORMATS: Readonly<Record<string, string>> = {
  timeseries: 'timeseries',
  query_value: 'scalar',
  toplist: 'scalar',
  query_table: 'scalar',
  sunburst: 'scalar',
  treemap: 'scalar',
};
const ONE_REQUEST = ['query_value', 'treemap', 'toplist', 'query_table'];

/** The answer has the form that the panel shows, and a scalar says how it is made of its series. */
export const responseFormat: LintRule = {
  name: 'response-format',
  about: 'dashboard',
  check: (dashboard) =>
    panelsOf(dashboard).flatMap((panel): LintFinding[] => {
      const wanted = FORMATS[panel.type];
      if (wanted === undefined) return [];
      const requests = requestsOf(panel);
      const findings: LintFinding[] = [];
      if (requests.length === 0)
        findings.push({ at: `${panel.at}.requests`, code: 'REQUEST_NONE', message: 'it shows nothing' });
      if (requests.length > 1 && ONE_REQUEST.includes(panel.type))
        findings.push({ at: `${panel.at}.requests`, code: 'REQUEST_COUNT', message: 'it takes one request' });
      for (const { at, request } of requests) {
        if (request['response_format'] !== wanted)
          findings.push({
            at: `${at}.response_format`,
            code: 'REQUEST_FORMAT',
            message: `a ${panel.type} needs "${wanted}"`,
          });
        for (const [index, query] of objectsOf(request['queries']).entries()) {
          const isBare = wanted === 'scalar' && query['data_source'] === 'metrics' && query['aggregator'] === undefined;
          if (isBare)
            findings.push({
              at: `${at}.queries[${index}].aggregator`,
              code: 'QUERY_AGGREGATOR',
              message: 'a scalar needs it',
            });
        }
      }
      return findings;
    }),
};
