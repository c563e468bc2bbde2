import { CostspanError, type Finding, InvalidInputError } from '@costspan/usage';

/** Thresholds and owners: everything in the shipped files that a company decides for itself. */
export interface Variables {
  /** Owner of every monitor and dashboard. */
  readonly team: string;
  readonly service: string;
  /** Where runbooks are; the name of the monitor is appended. */
  readonly runbooksUrl: string;
  readonly dashboardsUrl: string;
  /** Of calendar months in monitors. Quotas have zones of their own. */
  readonly timezone: string;
  /** The value of the tag `environment` that is production. */
  readonly productionEnv: string;
  readonly customerDayUsd: number;
  readonly customerMonthUsd: number;
  readonly burnFast: number;
  readonly burnSlow: number;
  readonly projectedRatio: number;
  /** Below this spend per day an anomaly is nobody's business. */
  readonly anomalyFloorUsd: number;
  readonly untaggedShare: number;
  readonly driftShare: number;
  readonly errorShare: number;
  readonly latencySeconds: number;
  readonly noDataMinutes: number;
}

export const DEFAULT_VARIABLES: Variables = {
  team: 'platform',
  service: 'llm',
  runbooksUrl: 'https://runbooks.example.com/costspan',
  dashboardsUrl: 'https://app.datadoghq.com/dashboard/lists?q=Costspan',
  timezone: 'UTC',
  productionEnv: 'prod',
  customerDayUsd: 100,
  customerMonthUsd: 1000,
  burnFast: 14.4,
  burnSlow: 3,
  projectedRatio: 1,
  anomalyFloorUsd: 50,
  untaggedShare: 0.05,
  driftShare: 0.02,
  errorShare: 0.05,
  latencySeconds: 30,
  noDataMinutes: 60,
};

const TAG = /^[a-z][a-z0-9_\-./]*$/;

/**
 * Reads a variables file over the defaults.
 * @throws InvalidInputError with every mistake at once.
 */
export function parseVariables(value: unknown): Variables {
  const findings: Finding[] = [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CostspanError('VARIABLES_FORMAT', 'the variables file must hold one JSON object');
  }
  const own = value as Readonly<Record<string, unknown>>;
  for (const [name, given] of Object.entries(own)) {
    const usual: unknown = DEFAULT_VARIABLES[name as keyof Variables];
    if (usual === undefined) {
      findings.push({ at: name, code: 'VARIABLE_UNKNOWN', message: `there is no variable "${name}"` });
    } else if (typeof given !== typeof usual || (typeof given === 'number' && !(Number.isFinite(given) && given > 0))) {
      findings.push({
        at: name,
        code: 'VARIABLE_VALUE',
        message: `must be a ${typeof usual}${typeof usual === 'number' ? ' above 0' : ''}`,
      });
    } else if ((name === 'team' || name === 'service' || name === 'productionEnv') && !TAG.test(String(given))) {
      findings.push({ at: name, code: 'VARIABLE_VALUE', message: 'must be a tag value: lower-case, no spaces' });
    } else if (name.endsWith('Url') && !/^https:\/\/\S+$/.test(String(given))) {
      findings.push({ at: name, code: 'VARIABLE_VALUE', message: 'must be an address that begins with https://' });
    }
  }
  if (findings.length > 0)
    throw new InvalidInputError('VARIABLES_INVALID', 'the variables file has mistakes', findings);
  return { ...DEFAULT_VARIABLES, ...(own as Partial<Variables>) };
}
