import { initPluginTranslations } from '@grafana/i18n';
import { PLUGIN_ID } from '../plugin-id.ts';

let ready: Promise<unknown> | undefined;

/** Texts of the viewer's language. To be awaited before the first text is drawn; what has no translation is English. */
export function initTranslations(): Promise<unknown> {
  ready ??= initPluginTranslations(PLUGIN_ID);
  return ready;
}
