import { t } from '@grafana/i18n';
import { TextLink } from '@grafana/ui';
import { CONFIG_PATH } from '../plugin-id.ts';

/** There is nothing to set: the data source asks as the app does. */
export function ConfigEditor() {
  return (
    <p>
      {t(
        'datasource.config',
        'This data source asks the collector that the Costspan app is connected to, with its token.',
      )}{' '}
      <TextLink href={CONFIG_PATH}>{t('datasource.config-link', 'Set both in the app, then test here')}</TextLink>
    </p>
  );
}
