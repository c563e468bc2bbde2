import { config } from '@grafana/runtime';
import { type Formats, formatsFor } from '../domain/format.ts';

let known: { readonly locale: string; readonly formats: Formats } | undefined;

/**
 * Numbers, money and durations the way this viewer reads them. The same object for everything on the page: each cell of a table
 * asks, and the formatters of a language take two milliseconds to make.
 */
export function useFormats(): Formats {
  const locale = viewerLocale();
  if (known?.locale !== locale) known = { locale, formats: formatsFor(locale) };
  return known.formats;
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
