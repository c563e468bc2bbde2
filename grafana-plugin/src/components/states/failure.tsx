import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Icon, LinkButton, useStyles2 } from '@grafana/ui';
import type { ApiError } from '../../api/api-error.ts';
import { isAdmin } from '../../app/settings.ts';
import { CONFIG_PATH } from '../../plugin-id.ts';
import { failureText } from './failure-text.ts';

interface FailureProps {
  readonly error: ApiError;
  readonly again: () => void;
  /** Inside a panel there is little room. */
  readonly compact?: boolean;
}

/** Why there is nothing to see: the cause, what to do, and the request id. */
export function Failure({ error, again, compact = false }: FailureProps) {
  const styles = useStyles2(getStyles);
  const { title, advice } = failureText(error);
  const isForAdmin = isAdmin() && (error.kind === 'token' || error.kind === 'older' || error.kind === 'unreachable');
  return (
    <div className={compact ? styles.compact : styles.page} role="alert" data-testid="data-testid failure">
      <Icon
        name={error.kind === 'forbidden' ? 'lock' : 'exclamation-triangle'}
        size={compact ? 'lg' : 'xxl'}
        className={styles.icon}
      />
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.advice}>{advice}</p>
      <p className={styles.cause}>
        {error.message}
        {error.requestId !== '' && (
          <>
            {' · '}
            {t('failure.request', 'request {{id}}', { id: error.requestId })}
          </>
        )}
      </p>
      {error.kind !== 'forbidden' && (
        <div className={styles.actions}>
          <Button variant="secondary" size="sm" icon="sync" onClick={again}>
            {t('failure.again', 'Try again')}
          </Button>
          {isForAdmin && !compact && (
            <LinkButton variant="secondary" size="sm" icon="cog" href={CONFIG_PATH}>
              {t('failure.configure', 'Open the configuration')}
            </LinkButton>
          )}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const centred = { display: 'flex', flexDirection: 'column', alignItems: 'center', textAlign: 'center' } as const;
  return {
    page: css({ ...centred, padding: theme.spacing(8, 2), gap: theme.spacing(1) }),
    compact: css({ ...centred, padding: theme.spacing(2), gap: theme.spacing(0.5) }),
    icon: css({ color: theme.colors.warning.text }),
    title: css({ fontSize: theme.typography.h5.fontSize, margin: 0 }),
    advice: css({ color: theme.colors.text.secondary, maxWidth: 560, margin: 0 }),
    cause: css({
      color: theme.colors.text.secondary,
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      maxWidth: 720,
      margin: 0,
      overflowWrap: 'anywhere',
    }),
    actions: css({ display: 'flex', gap: theme.spacing(1), marginTop: theme.spacing(1) }),
  };
};
