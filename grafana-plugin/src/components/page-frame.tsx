import { css } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { LinkButton, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { isAdmin, useSettings } from '../app/settings.ts';
import { isRightToLeft } from '../app/translations.ts';
import { CONFIG_PATH } from '../plugin-id.ts';
import { Nothing } from './states/nothing.tsx';
import { TimeControl } from './time-control.tsx';

interface PageFrameProps {
  readonly title: string;
  readonly subtitle?: string;
  readonly parent?: NavModelItem;
  readonly actions?: ReactNode;
  /** False where the page is about no time. */
  readonly timed?: boolean;
  readonly children: ReactNode;
}

/** Title, time and content of a page; what to do when the plugin is not set up yet. */
export function PageFrame({ title, subtitle, parent, actions, timed = true, children }: PageFrameProps) {
  const styles = useStyles2(getStyles);
  const { apiUrl } = useSettings();
  const direction = isRightToLeft() ? 'rtl' : 'ltr';
  const isConfigured = apiUrl !== undefined && apiUrl !== '';
  return (
    <PluginPage
      pageNav={{ text: title, ...(parent === undefined ? {} : { parentItem: parent }) }}
      subTitle={subtitle}
      actions={
        isConfigured ? (
          <div className={styles.actions} dir={direction}>
            {actions}
            {timed && <TimeControl />}
          </div>
        ) : undefined
      }
    >
      {isConfigured ? (
        <div className={styles.content} dir={direction}>
          {children}
        </div>
      ) : (
        <NotConfigured />
      )}
    </PluginPage>
  );
}

function NotConfigured() {
  return (
    <Nothing title={t('not-configured.title', 'The usage API is not set up yet')} icon="plug">
      {isAdmin() ? (
        <>
          <p>
            {t('not-configured.admin', 'Tell the plugin where the Costspan collector is and which token it takes.')}
          </p>
          <LinkButton href={CONFIG_PATH} icon="cog">
            {t('not-configured.open', 'Open the configuration')}
          </LinkButton>
        </>
      ) : (
        <p>
          {t(
            'not-configured.viewer',
            'Ask an admin to open the configuration of this plugin and to set the address of the Costspan collector.',
          )}
        </p>
      )}
    </Nothing>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  content: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), minWidth: 0 }),
});
