import type { FocusVersion } from '@costspan/pricing';
import type { ExportFormat } from '../exports/export-query.ts';
import type { ExportInterval, ScheduledExport } from '../exports/scheduled/scheduled-export.ts';
import type { ConfigReader } from './config-reader.ts';
import { SCHEDULED_EXPORT_OPTIONS } from './scheduled-export-options.ts';

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** A map of name: export. A place alone is an export. */
export function readScheduledExports(reader: ConfigReader, value: unknown): ScheduledExport[] {
  return Object.entries(reader.map(value, ['exports'])).map(([name, item]) => readOne(reader, name, item));
}

function readOne(reader: ConfigReader, name: string, value: unknown): ScheduledExport {
  const path = ['exports', name];
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    reader.mistake(path, 'NAME_FORMAT', 'is part of a path; use letters, digits, - and _');
  }
  const settings = typeof value === 'string' ? { to: value } : value;
  const section = reader.section(settings, path, Object.keys(SCHEDULED_EXPORT_OPTIONS));
  const options = reader.options(SCHEDULED_EXPORT_OPTIONS, section, path);
  const { to, format, version, locale, every, delayMs, catchUp } = options;
  if (to === '')
    reader.mistake([...path, 'to'], 'OPTION_REQUIRED', 'is missing; write a directory or s3://bucket/prefix');
  if (locale !== '' && !isLocale(locale))
    reader.mistake([...path, 'locale'], 'LOCALE_UNKNOWN', 'is not a language such as de');
  return {
    name,
    format: format as ExportFormat,
    version: version as FocusVersion,
    ...(locale === '' ? {} : { locale }),
    every: every as ExportInterval,
    delayMs,
    catchUp,
    to: to.startsWith('s3:') ? { s3: readS3(reader, options, path) } : { directory: to },
  };
}

function readS3(
  reader: ConfigReader,
  options: Record<'to' | 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken', string>,
  path: readonly string[],
) {
  const { to, endpoint, region, accessKeyId, secretAccessKey, sessionToken } = options;
  const match = S3.exec(to);
  if (match === null)
    reader.mistake([...path, 'to'], 'BUCKET_FORMAT', `"${to}" is no place such as s3://bucket/prefix`);
  if (endpoint !== '' && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    reader.mistake([...path, 'endpoint'], 'ENDPOINT_FORMAT', `"${endpoint}" is no URL such as https://minio:9000`);
  }
  for (const [name, text] of Object.entries({ accessKeyId, secretAccessKey })) {
    if (text === '')
      reader.mistake([...path, name], 'OPTION_REQUIRED', 'is missing; name an environment variable in braces');
  }
  const prefix = (match?.[2] ?? '').replace(/\/*$/, '');
  return {
    bucket: match?.[1] ?? '',
    prefix: prefix === '' ? '' : `${prefix}/`,
    region,
    accessKeyId,
    secretAccessKey,
    ...(endpoint === '' ? {} : { endpoint }),
    ...(sessionToken === '' ? {} : { sessionToken }),
  };
}

function isLocale(text: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(text).length > 0;
  } catch {
    return false;
  }
}
