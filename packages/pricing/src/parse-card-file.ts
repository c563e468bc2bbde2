import { InvalidInputError } from '@costspan/usage';
import { CARDS_FORMAT, type Card, type CardFile, type CardSource, MODEL_LENGTH_MAX } from './card.ts';
import { catalogueProvider } from './catalogue-provider.ts';
import { contentVersion } from './content-version.ts';
import { Findings, show } from './findings.ts';
import { isDay } from './instant.ts';
import { parsePrices } from './parse-prices.ts';

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

function readFile(value: unknown, findings: Findings): CardFile | undefined {
  const raw = findings.object(value, '$', ['format', 'layer', 'version', 'notice', 'cards']);
  if (raw === undefined) return undefined;
  if (raw['format'] !== CARDS_FORMAT) {
    findings.add('format', 'FORMAT_UNKNOWN', `${show(raw['format'])} is not "${CARDS_FORMAT}"`);
  }
  const layer = raw['layer'] ?? DEFAULT_LAYER;
  if (typeof layer !== 'string' || !LAYER.test(layer)) {
    return findings.add('layer', 'LAYER_FORMAT', `${show(layer)} is not a layer name such as "acme-contract"`);
  }
  const notice = raw['notice'] === undefined ? undefined : findings.text(raw['notice'], 'notice', 2000);
  const cards = (findings.array(raw['cards'], 'cards') ?? [])
    .map((card, index) => readCard(card, `cards[${index}]`, findings))
    .filter((card) => card !== undefined);
  if (findings.list.length > 0) return undefined;
  refuseDuplicates(cards, findings);
  const version = contentVersion(cards);
  if (raw['version'] !== undefined && raw['version'] !== version) {
    findings.add(
      'version',
      'VERSION_MISMATCH',
      `the cards are ${version}; remove "version" from a file edited by hand`,
    );
  }
  return { format: CARDS_FORMAT, layer, version, ...(notice === undefined ? {} : { notice }), cards };
}

const CARD_FIELDS = ['provider', 'model', 'aliases', 'currency', 'source', 'prices'];

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
  if (raw['currency'] !== 'USD') {
    findings.add(
      `${at}.currency`,
      'CURRENCY_UNSUPPORTED',
      `${show(raw['currency'])} is not "USD", the one currency so far`,
    );
  }
  const source = readSource(raw['source'], `${at}.source`, findings);
  const prices = parsePrices(raw['prices'], `${at}.prices`, findings);
  if (provider === undefined || model === undefined || source === undefined || prices === undefined) return undefined;
  return {
    provider: catalogueProvider(provider),
    model,
    ...(aliases.length === 0 ? {} : { aliases: aliases.filter((alias) => alias !== undefined) }),
    currency: 'USD',
    source,
    prices,
  };
}

function readSource(value: unknown, at: string, findings: Findings): CardSource | undefined {
  const raw = findings.object(value, at, ['url', 'read', 'note']);
  if (raw === undefined) return undefined;
  const url = findings.text(raw['url'], `${at}.url`, 2000);
  const read = raw['read'];
  const note = raw['note'] === undefined ? undefined : findings.text(raw['note'], `${at}.note`, 2000);
  if (read !== undefined && (typeof read !== 'string' || !isDay(read))) {
    return findings.add(`${at}.read`, 'DAY_FORMAT', `${show(read)} is not the day the price was read, "YYYY-MM-DD"`);
  }
  if (url === undefined) return undefined;
  return { url, ...(read === undefined ? {} : { read }), ...(note === undefined ? {} : { note }) };
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
