import type { AlertTargetConfig, QuotaConfig, StoreConfig } from '../quota/quota-config.ts';
import type { ConfigReader } from './config-reader.ts';
import { QUOTA_OPTIONS, QUOTA_TARGET_OPTIONS } from './quota-options.ts';
import { readHeaders } from './read-endpoint.ts';

type Path = readonly (string | number)[];

const PATH = ['quota'];

/** `undefined` where the file has no section `quota`: then nothing is limited. */
export function readQuota(reader: ConfigReader, value: unknown): QuotaConfig | undefined {
  if (value === undefined || value === null) return undefined;
  const settings = typeof value === 'string' ? { rules: value } : value;
  const section = reader.section(settings, PATH, [...Object.keys(QUOTA_OPTIONS), 'alerts']);
  const { rules, plans, store, storePrefix, storeTimeoutMs, budgetStatus, ...options } = reader.options(
    QUOTA_OPTIONS,
    section,
    PATH,
  );
  if (rules === '' && plans === '') {
    reader.mistake(
      PATH,
      'QUOTA_EMPTY',
      'names neither a file of rules nor one of plans; set quota.rules or quota.plans',
    );
  }
  return {
    ...options,
    ...(rules === '' ? {} : { rules }),
    ...(plans === '' ? {} : { plans }),
    store: readStore(reader, store, storePrefix, storeTimeoutMs),
    budgetStatus: budgetStatus === '402' ? 402 : 429,
    targets: Object.entries(reader.map(section['alerts'], [...PATH, 'alerts'])).map(([name, item]) =>
      readTarget(reader, name, item, [...PATH, 'alerts', name]),
    ),
  };
}

function readStore(reader: ConfigReader, text: string, prefix: string, timeoutMs: number): StoreConfig {
  if (text === 'memory') return { kind: 'memory' };
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (!['redis:', 'rediss:', 'unix:'].includes(protocol)) {
    const message =
      'is neither memory nor a URL such as redis://127.0.0.1:6379/0, rediss://… or unix:///run/redis.sock';
    reader.mistake([...PATH, 'store'], 'STORE_FORMAT', message);
  }
  if (!/\{[^{}]+\}/.test(prefix)) {
    const message = 'needs a part in braces, such as costspan:{quota}:, so that all keys lie in one slot of a cluster';
    reader.mistake([...PATH, 'storePrefix'], 'PREFIX_FORMAT', message);
  }
  return { kind: 'redis', url: text, prefix, timeoutMs };
}

function readTarget(reader: ConfigReader, name: string, value: unknown, path: Path): AlertTargetConfig {
  const settings = typeof value === 'string' ? { url: value } : value;
  const section = reader.section(settings, path, [...Object.keys(QUOTA_TARGET_OPTIONS), 'headers']);
  const { url, format, timeoutMs } = reader.options(QUOTA_TARGET_OPTIONS, section, path);
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    const what = url === '' ? 'is missing' : 'is no URL';
    reader.mistake([...path, 'url'], 'ENDPOINT_FORMAT', `${what}; write one such as https://hooks.example.com/quota`);
  }
  return {
    name,
    url,
    format: format === 'slack' ? 'slack' : 'json',
    headers: readHeaders(reader, section['headers'], [...path, 'headers']),
    timeoutMs,
  };
}
