import { FOCUS_VERSIONS } from '@costspan/pricing';
import { EXPORT_FORMATS } from '../exports/export-query.ts';
import { EXPORT_INTERVALS } from '../exports/scheduled/scheduled-export.ts';
import type { Option } from './option.ts';

const HOUR_MS = 3_600_000;

/** The options of one export that is made by itself. */
export const SCHEDULED_EXPORT_OPTIONS = {
  to: {
    kind: 'text',
    default: '',
    about: 'A directory, or `s3://bucket/prefix` with the options that follow.',
    zero: 'Required.',
  },
  format: {
    kind: 'choice',
    choices: EXPORT_FORMATS,
    default: 'parquet',
    about: 'What is written, as in `costspan export`.',
    zero: '`parquet` has one row for each call.',
  },
  version: {
    kind: 'choice',
    choices: FOCUS_VERSIONS,
    default: '1.2',
    about: 'Version of FOCUS.',
    zero: 'Of no matter elsewhere.',
  },
  locale: {
    kind: 'text',
    default: '',
    about: 'Language of the spreadsheet that CSV is for, such as `de`.',
    zero: 'Not set: RFC 4180.',
  },
  every: {
    kind: 'choice',
    choices: EXPORT_INTERVALS,
    default: 'day',
    about: 'Length of a period, in UTC.',
    zero: '`day` exports yesterday.',
  },
  delayMs: {
    kind: 'integer',
    unit: 'milliseconds',
    default: 2 * HOUR_MS,
    min: 0,
    max: 31 * 24 * HOUR_MS,
    about: 'How long after its end a period is exported; calls that come later are in no file.',
    zero: '0 exports a period when it ends.',
  },
  catchUp: {
    kind: 'integer',
    unit: 'periods',
    default: 7,
    min: 0,
    max: 1000,
    about: 'Periods before the last one that are made up for when they are missing.',
    zero: '0 makes the last one only.',
  },
  endpoint: {
    kind: 'text',
    default: '',
    about: 'URL of an S3-compatible store.',
    zero: 'Not set: Amazon S3.',
  },
  region: {
    kind: 'text',
    default: 'us-east-1',
    about: 'Region that requests are signed for.',
    zero: 'An empty one is refused.',
  },
  accessKeyId: {
    kind: 'text',
    default: '',
    about: 'Key for the store; an environment variable in braces is filled in.',
    zero: 'Required for `s3://`.',
  },
  secretAccessKey: {
    kind: 'text',
    default: '',
    about: 'Its secret; an environment variable in braces is filled in.',
    zero: 'Required for `s3://`.',
  },
  sessionToken: {
    kind: 'text',
    default: '',
    about: 'Token of a temporary key.',
    zero: 'Not set: the key is a lasting one.',
  },
} as const satisfies Record<string, Option>;
