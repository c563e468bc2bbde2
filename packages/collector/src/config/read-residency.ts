import { resolve } from 'node:path';
import { InvalidInputError } from '@costspan/usage';
import type { ResidencyConfig, ResidencyRule } from '../residency/residency-config.ts';
import type { CollectorConfig } from './collector-config.ts';
import type { ConfigReader } from './config-reader.ts';

type Path = readonly (string | number)[];

const PATH = ['residency'];
/** A name of a region goes into paths and messages. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * `undefined` where every call stays. The settings of a region are those of a collector; it listens on any free port of this
 * machine unless told.
 * @param data directory of the collector that parts the calls
 */
export function readResidency(
  reader: ConfigReader,
  value: unknown,
  data: string,
  parse: (settings: unknown, name: string) => CollectorConfig,
): ResidencyConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const section = reader.section(value, PATH, ['regions', 'rules']);
  const regions = new Map<string, CollectorConfig>();
  const owners = new Map([[resolve(data), 'this collector']]);
  for (const [name, settings] of Object.entries(reader.map(section['regions'], [...PATH, 'regions']))) {
    const path = [...PATH, 'regions', name];
    if (!NAME.test(name)) reader.mistake(path, 'REGION_NAME', 'must be lower-case letters, digits and "-"');
    const given = reader.map(settings, path);
    if (typeof given['data'] !== 'string')
      reader.mistake([...path, 'data'], 'REGION_DATA', 'needs a directory of its own');
    if (given['residency'] !== undefined)
      reader.mistake([...path, 'residency'], 'REGION_NESTED', 'a region has no regions');
    const config = regionOf(reader, { listen: '127.0.0.1:0', grpcListen: 'none', ...given }, path, parse);
    if (config === undefined) continue;
    const owner = owners.get(resolve(config.data));
    if (owner !== undefined && config.data !== ':memory:') {
      reader.mistake(
        [...path, 'data'],
        'REGION_DATA',
        `is the directory of ${owner}; each region needs one of its own`,
      );
    }
    owners.set(resolve(config.data), name);
    regions.set(name, config);
  }
  const rules = section['rules'] ?? [];
  if (!Array.isArray(rules) || rules.length === 0 || regions.size === 0) {
    reader.mistake(
      PATH,
      'RESIDENCY_EMPTY',
      'needs regions, and a list of rules such as { when: { data_region: eu }, to: eu }',
    );
    return { regions, rules: [] };
  }
  return { regions, rules: rules.map((rule, index) => readRule(reader, rule, [...PATH, 'rules', index], regions)) };
}

function regionOf(
  reader: ConfigReader,
  settings: unknown,
  path: Path,
  parse: (settings: unknown, name: string) => CollectorConfig,
): CollectorConfig | undefined {
  try {
    return parse(settings, path.join('.'));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    for (const { at, code, message } of error.findings) reader.mistake([...path, at], code, message);
    return undefined;
  }
}

function readRule(
  reader: ConfigReader,
  value: unknown,
  path: Path,
  regions: ReadonlyMap<string, CollectorConfig>,
): ResidencyRule {
  const { when, to } = reader.section(value, path, ['when', 'to']);
  if (typeof to !== 'string' || !regions.has(to)) {
    reader.mistake([...path, 'to'], 'REGION_UNKNOWN', `must be one of the regions: ${[...regions.keys()].join(', ')}`);
  }
  const conditions = new Map<string, readonly string[]>();
  for (const [name, wanted] of Object.entries(reader.map(when, [...path, 'when']))) {
    const values = (Array.isArray(wanted) ? wanted : [wanted]) as readonly unknown[];
    if (values.length === 0 || !values.every((each) => typeof each === 'string' && each !== '')) {
      reader.mistake([...path, 'when', name], 'RULE_VALUE', 'must be a text or a list of texts');
    } else conditions.set(name, values as readonly string[]);
  }
  if (conditions.size === 0) reader.mistake([...path, 'when'], 'RULE_EMPTY', 'names no tag and no region');
  return { when: conditions, to: String(to) };
}
