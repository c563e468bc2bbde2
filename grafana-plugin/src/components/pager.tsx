import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import { useNavigate } from 'react-router-dom';

interface PagerProps {
  readonly isFirst: boolean;
  /** `null` on the last page. */
  readonly next: string | null;
  readonly onPage: (cursor: string) => void;
}

/** To the next page and back. A cursor only leads forward, so the way back is that of the browser. */
export function Pager({ isFirst, next, onPage }: PagerProps) {
  const styles = useStyles2(getStyles);
  const navigate = useNavigate();
  if (isFirst && next === null) return null;
  return (
    <nav className={styles.pages} aria-label={t('pager.pages', 'Pages')}>
      <Button variant="secondary" size="sm" disabled={isFirst} onClick={() => navigate(-1)}>
        {t('pager.previous', 'Previous')}
      </Button>
      <Button variant="secondary" size="sm" disabled={next === null} onClick={() => next !== null && onPage(next)}>
        {t('pager.next', 'Next')}
      </Button>
    </nav>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pages: css({ display: 'flex', justifyContent: 'flex-end', gap: theme.spacing(1), paddingTop: theme.spacing(1) }),
});
