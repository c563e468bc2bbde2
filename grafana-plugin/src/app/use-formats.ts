import { config } from '@grafana/runtime';
import { useMemo } from 'react';
import { type Formats, formatsFor } from '../domain/format.ts';

/** Numbers, money and durations the way this viewer reads them. */
export function useFormats(): Formats {
  const locale = viewerLocale();
  return useMemo(() => formatsFor(locale), [locale]);
}

export function viewerLocale(): string {
  // Newer than the types of the oldest Grafana we run in.
  const { regionalFormat } = config as { regionalFormat?: string };
  const asked = regionalFormat || config.bootData.user.language || '';
  try {
    const [locale = 'en-US'] = Intl.getCanonicalLocales(asked);
    // Amounts stand beside codes, model names and axes in Latin digits, and months are those that are billed.
    return /^ar\b/.test(locale) ? `${locale.split('-u-')[0]}-u-ca-gregory-nu-latn` : locale;
  } catch {
    return 'en-US';
  }
}
