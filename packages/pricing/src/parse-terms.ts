import {
  type Adjustment,
  ANY_PROVIDER,
  type CardOverride,
  type Deployment,
  MODEL_LENGTH_MAX,
  type TermScope,
} from './card.ts';
import { catalogueProvider } from './catalogue-provider.ts';
import type { Findings, JsonObject } from './findings.ts';
import { readCells, readClasses, readMultipliers, readStandard } from './parse-contexts.ts';
import { readInstant } from './parse-prices.ts';
import { readDecimal, readRates, readTiers } from './parse-rates.ts';
import { readSource } from './parse-source.ts';
import { readWindows } from './parse-windows.ts';

const SCOPE_FIELDS = ['provider', 'models', 'deployments', 'customers', 'from', 'to'];
const CHANGES = ['rates', 'tiers', 'windows', 'cells', 'multipliers', 'standard'];

/** Reads `overrides`: changes of single prices. */
export function readOverrides(value: unknown, at: string, findings: Findings): CardOverride[] {
  return entries(value, at, findings, readOverride);
}

/** Reads `adjustments`: ratios on prices. Their names stand on lines, so one name is one ratio. */
export function readAdjustments(value: unknown, at: string, findings: Findings): Adjustment[] {
  const adjustments = entries(value, at, findings, readAdjustment);
  refuseTwice(
    adjustments.map(({ name }) => name),
    at,
    'NAME_DUPLICATE',
    findings,
  );
  return adjustments;
}

/** Reads `deployments`: names of one's own for models. */
export function readDeployments(value: unknown, at: string, findings: Findings): Deployment[] {
  const deployments = entries(value, at, findings, readDeployment);
  refuseTwice(
    deployments.map(({ provider, deployment }) => `${provider}/${deployment.toLowerCase()}`),
    at,
    'DEPLOYMENT_DUPLICATE',
    findings,
  );
  return deployments;
}

function entries<T>(
  value: unknown,
  at: string,
  findings: Findings,
  read: (value: unknown, at: string, findings: Findings) => T | undefined,
): T[] {
  if (value === undefined) return [];
  return (findings.array(value, at) ?? [])
    .map((entry, index) => read(entry, `${at}[${index}]`, findings))
    .filter((entry) => entry !== undefined);
}

function readOverride(value: unknown, at: string, findings: Findings): CardOverride | undefined {
  const raw = findings.object(value, at, [...SCOPE_FIELDS, 'source', ...CHANGES]);
  if (raw === undefined) return undefined;
  const scope = readScope(raw, at, findings);
  if (raw['provider'] === ANY_PROVIDER) {
    findings.add(`${at}.provider`, 'PROVIDER_ANY', 'prices belong to one provider; only adjustments may be for "*"');
  }
  const source = readSource(raw['source'], `${at}.source`, findings);
  const has = (field: string) => raw[field] !== undefined;
  const rates = has('rates') ? readRates(raw['rates'], `${at}.rates`, findings) : undefined;
  const tiers = readTiers(raw['tiers'], `${at}.tiers`, findings);
  const windows = readWindows(raw['windows'], `${at}.windows`, findings);
  const cells = readCells(raw['cells'], `${at}.cells`, findings);
  const multipliers = readMultipliers(raw['multipliers'], `${at}.multipliers`, findings);
  const standard = readStandard(raw['standard'], `${at}.standard`, findings);
  if (scope === undefined || source === undefined) return undefined;
  return {
    ...scope,
    source,
    ...(rates === undefined ? {} : { rates }),
    ...(has('tiers') ? { tiers } : {}),
    ...(has('windows') ? { windows } : {}),
    ...(has('cells') ? { cells } : {}),
    ...(has('multipliers') ? { multipliers } : {}),
    ...(standard === undefined ? {} : { standard }),
  };
}

function readAdjustment(value: unknown, at: string, findings: Findings): Adjustment | undefined {
  const raw = findings.object(value, at, ['name', ...SCOPE_FIELDS, 'ratio', 'classes', 'fees']);
  if (raw === undefined) return undefined;
  const name = findings.text(raw['name'], `${at}.name`, 64);
  const scope = readScope(raw, at, findings);
  if (raw['fees'] !== undefined) {
    if (raw['ratio'] !== undefined || raw['classes'] !== undefined) {
      findings.add(at, 'RATIO_AND_FEES', 'an adjustment is a ratio (with classes) or fees; write one of each');
    }
    const fees = readRates(raw['fees'], `${at}.fees`, findings);
    return name === undefined || scope === undefined || fees === undefined ? undefined : { name, ...scope, fees };
  }
  const ratio = readDecimal(raw['ratio'], `${at}.ratio`, findings);
  const classes = readClasses(raw['classes'], `${at}.classes`, findings);
  if (name === undefined || scope === undefined || ratio === undefined) return undefined;
  return { name, ...scope, ratio, ...(classes === undefined ? {} : { classes }) };
}

function readDeployment(value: unknown, at: string, findings: Findings): Deployment | undefined {
  const raw = findings.object(value, at, ['provider', 'deployment', 'model', 'region']);
  if (raw === undefined) return undefined;
  const provider = findings.text(raw['provider'], `${at}.provider`, 64);
  const deployment = findings.text(raw['deployment'], `${at}.deployment`, MODEL_LENGTH_MAX);
  const model = findings.text(raw['model'], `${at}.model`, MODEL_LENGTH_MAX);
  const region = raw['region'] === undefined ? undefined : findings.text(raw['region'], `${at}.region`, 64);
  if (provider === undefined || deployment === undefined || model === undefined) return undefined;
  return {
    provider: catalogueProvider(provider),
    deployment,
    model,
    ...(region === undefined ? {} : { region: region.toLowerCase() }),
  };
}

function readScope(raw: JsonObject, at: string, findings: Findings): TermScope | undefined {
  const provider = findings.text(raw['provider'], `${at}.provider`, 64);
  const models = readNames(raw['models'], `${at}.models`, findings);
  const deployments = readNames(raw['deployments'], `${at}.deployments`, findings);
  const customers = readNames(raw['customers'], `${at}.customers`, findings);
  const from = readInstant(raw, 'from', at, findings, Number.NEGATIVE_INFINITY);
  const to = readInstant(raw, 'to', at, findings, Number.POSITIVE_INFINITY);
  if (provider === undefined || from === undefined || to === undefined) return undefined;
  if (from >= to) {
    return findings.add(
      at,
      'PERIOD_EMPTY',
      `"from" ${raw['from']} is not before "to" ${raw['to']}; swap or remove one`,
    );
  }
  return {
    provider: catalogueProvider(provider),
    ...(models === undefined ? {} : { models }),
    ...(deployments === undefined ? {} : { deployments }),
    ...(customers === undefined ? {} : { customers }),
    ...(raw['from'] === undefined ? {} : { from: raw['from'] as string }),
    ...(raw['to'] === undefined ? {} : { to: raw['to'] as string }),
  };
}

export function readNames(value: unknown, at: string, findings: Findings): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = findings.array(value, at);
  if (list === undefined) return undefined;
  if (list.length === 0) return findings.add(at, 'NAMES_EMPTY', 'an empty list fits nothing; leave it out for all');
  return list
    .map((name, index) => findings.text(name, `${at}[${index}]`, MODEL_LENGTH_MAX))
    .filter((name) => name !== undefined);
}

function refuseTwice(keys: readonly string[], at: string, code: string, findings: Findings): void {
  for (const [index, key] of keys.entries()) {
    const first = keys.indexOf(key);
    if (first < index)
      findings.add(`${at}[${index}]`, code, `${at}[${first}] has the name "${key}" already; rename one`);
  }
}
