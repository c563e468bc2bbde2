import { InvalidInputError } from '@costspan/usage';
import { CARDS_FORMAT, type Card, type CardFile, LAYER_KINDS, MODEL_LENGTH_MAX } from './card.ts';
import { catalogueProvider } from './catalogue-provider.ts';
import { contentVersion } from './content-version.ts';
import { Findings, isObject, isOneOf, type JsonObject, show } from './findings.ts';
import { parsePrices } from './parse-prices.ts';
import { readSource } from './parse-source.ts';
import { readAdjustments, readDeployments, readNames, readOverrides } from './parse-terms.ts';

const LAYER = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const DEFAULT_LAYER = 'custom';

/**
 * Reads the contents of a card file (JSON already parsed). `name` is what errors call it, usually its path.
 * The result is canonical: defaults filled in, fields in a fixed order, decimals in their shortest form.
 * @throws InvalidInputError `CARDS_INVALID` with every mistake: where, what, and what to do.
 */
export function parseCardFile(value: unknown, name: string): CardFile {
  const findings = new Findings();
  const file = readFile(value, findings);
  if (file === undefined || findings.list.length > 0) {
    throw new InvalidInputError('CARDS_INVALID', name, findings.list);
  }
  return file;
}

const FILE_FIELDS = [
  'format',
  'layer',
  'kind',
  'customers',
  'version',
  'notice',
  'cards',
  'overrides',
  'adjustments',
  'deployments',
];

function readFile(value: unknown, findings: Findings): CardFile | undefined {
  const raw = findings.object(value, '$', FILE_FIELDS);
  if (raw === undefined) return undefined;
  if (raw['format'] !== CARDS_FORMAT) {
    findings.add('format', 'FORMAT_UNKNOWN', `${show(raw['format'])} is not "${CARDS_FORMAT}"`);
  }
  const layer = raw['layer'] ?? DEFAULT_LAYER;
  if (typeof layer !== 'string' || !LAYER.test(layer)) {
    return findings.add('layer', 'LAYER_FORMAT', `${show(layer)} is not a layer name such as "acme-contract"`);
  }
  const kind = raw['kind'];
  if (kind !== undefined && !isOneOf(kind, LAYER_KINDS)) {
    return findings.add('kind', 'KIND_UNKNOWN', `${show(kind)} is not one of ${LAYER_KINDS.join(' ')}`);
  }
  const notice = raw['notice'] === undefined ? undefined : findings.text(raw['notice'], 'notice', 2000);
  const cards = (raw['cards'] === undefined && hasTerms(raw) ? [] : (findings.array(raw['cards'], 'cards') ?? []))
    .map((card, index) => readCard(card, `cards[${index}]`, findings))
    .filter((card) => card !== undefined);
  const overrides = readOverrides(raw['overrides'], 'overrides', findings);
  const adjustments = readAdjustments(raw['adjustments'], 'adjustments', findings);
  const deployments = readDeployments(raw['deployments'], 'deployments', findings);
  const customers = readNames(raw['customers'], 'customers', findings);
  if (kind !== 'resale') refuseCustomers(raw, findings);
  if (findings.list.length > 0) return undefined;
  refuseDuplicates(cards, findings);
  const contents = {
    ...(kind === undefined ? {} : { kind }),
    ...(customers === undefined ? {} : { customers }),
    cards,
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(adjustments.length === 0 ? {} : { adjustments }),
    ...(deployments.length === 0 ? {} : { deployments }),
  };
  const version = contentVersion(contents);
  if (raw['version'] !== undefined && raw['version'] !== version) {
    findings.add(
      'version',
      'VERSION_MISMATCH',
      `the cards are ${version}; remove "version" from a file edited by hand`,
    );
  }
  return { format: CARDS_FORMAT, layer, version, ...(notice === undefined ? {} : { notice }), ...contents };
}

/** What providers charge is the same for all of one's customers; only what they pay is not. */
function refuseCustomers(raw: JsonObject, findings: Findings): void {
  const listed = (['overrides', 'adjustments'] as const).flatMap((list) => {
    const terms: unknown = raw[list];
    if (!Array.isArray(terms)) return [];
    return terms.flatMap((term: unknown, index) =>
      isObject(term) && 'customers' in term ? [`${list}[${index}].customers`] : [],
    );
  });
  for (const at of ['customers' in raw ? ['customers'] : [], listed].flat()) {
    findings.add(
      at,
      'CUSTOMERS_KIND',
      'customers pay resale prices: give the file "kind": "resale", or leave them out',
    );
  }
}

/** A file of contract terms alone needs no cards. */
function hasTerms(raw: JsonObject): boolean {
  return ['overrides', 'adjustments', 'deployments'].some((field) => raw[field] !== undefined);
}

const CURRENCY = /^[A-Z]{3}$/;
const CARD_FIELDS = ['provider', 'model', 'aliases', 'currency', 'source', 'amended', 'prices'];

function readCard(value: unknown, at: string, findings: Findings): Card | undefined {
  const raw = findings.object(value, at, CARD_FIELDS);
  if (raw === undefined) return undefined;
  const provider = findings.text(raw['provider'], `${at}.provider`, 64);
  const model = findings.text(raw['model'], `${at}.model`, MODEL_LENGTH_MAX);
  const aliases =
    raw['aliases'] === undefined
      ? []
      : (findings.array(raw['aliases'], `${at}.aliases`) ?? []).map((alias, index) =>
          findings.text(alias, `${at}.aliases[${index}]`, MODEL_LENGTH_MAX),
        );
  const currency = readCurrency(raw['currency'], `${at}.currency`, findings);
  const source = readSource(raw['source'], `${at}.source`, findings);
  const amended =
    raw['amended'] === undefined
      ? []
      : (findings.array(raw['amended'], `${at}.amended`) ?? []).map((entry, index) =>
          readSource(entry, `${at}.amended[${index}]`, findings),
        );
  const prices = parsePrices(raw['prices'], `${at}.prices`, findings);
  if (provider === undefined || model === undefined || source === undefined || prices === undefined) return undefined;
  return {
    provider: catalogueProvider(provider),
    model,
    ...(aliases.length === 0 ? {} : { aliases: aliases.filter((alias) => alias !== undefined) }),
    currency: currency as string,
    source,
    ...(amended.length === 0 ? {} : { amended: amended.filter((entry) => entry !== undefined) }),
    prices,
  };
}

export function readCurrency(value: unknown, at: string, findings: Findings): string | undefined {
  if (typeof value === 'string' && CURRENCY.test(value)) return value;
  return findings.add(at, 'CURRENCY_FORMAT', `${show(value)} is not an ISO 4217 code such as "USD"`);
}

/** Within one file a provider's name leads to one card; between files the later layer wins. */
function refuseDuplicates(cards: readonly Card[], findings: Findings): void {
  const seen = new Map<string, string>();
  for (const [index, card] of cards.entries()) {
    const names = [card.model, ...(card.aliases ?? [])];
    for (const [position, name] of names.entries()) {
      const at = position === 0 ? `cards[${index}].model` : `cards[${index}].aliases[${position - 1}]`;
      const key = `${card.provider}\n${name}`;
      const first = seen.get(key);
      if (first !== undefined) {
        findings.add(at, 'MODEL_DUPLICATE', `${card.provider} "${name}" is already priced by ${first}; remove one`);
      } else seen.set(key, at);
    }
  }
}
