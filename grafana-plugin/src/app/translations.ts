import { initPluginTranslations } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import i18next from 'i18next';
import { PLUGIN_ID } from '../plugin-id.ts';

let ready: Promise<unknown> | undefined;

/** Texts of the viewer's language. To be awaited before the first text is drawn; what has no translation is English. */
export function initTranslations(): Promise<unknown> {
  ready ??= initPluginTranslations(PLUGIN_ID).then(({ language }) =>
    isRightToLeft() ? addArabic(language) : undefined,
  );
  return ready;
}

/** True when the viewer reads Arabic. */
export function isRightToLeft(): boolean {
  return /^ar\b/.test(config.bootData?.user?.language ?? '');
}

/** Whether the language of the texts tells a number of things in the singular. How numbers are written is another matter. */
export function isOne(count: number): boolean {
  return new Intl.PluralRules(isRightToLeft() ? 'ar' : 'en').select(count) === 'one';
}

/** Grafana itself has no Arabic and would not load it: our texts take the place of those of the language that it fell back to. */
async function addArabic(language: string): Promise<void> {
  const { default: texts } = await import('../locales/ar-SA/costspan-usage-app.json');
  // Shared as the instance, or as a module whose default it is. A mere copy of it has nothing to add to: then it stays English.
  const shared: typeof i18next & { readonly default?: typeof i18next } = i18next;
  (shared.default ?? shared).addResourceBundle?.(language, PLUGIN_ID, texts, true, true);
}
