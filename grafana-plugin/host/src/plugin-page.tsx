import { css } from '@emotion/css';
import type { AppPluginMeta, GrafanaTheme2 } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { createContext, useContext, useEffect } from 'react';
import { Link, useLocation } from 'react-router-dom';

export const PluginMeta = createContext<AppPluginMeta | undefined>(undefined);

/** Title, actions, tabs and content of a page, where Grafana would draw them. */
export function PluginPage({ actions, children, pageNav, renderTitle, subTitle }: PluginPageProps) {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  const meta = useContext(PluginMeta);
  const title = pageNav?.text ?? meta?.includes?.find(({ path }) => path === pathname)?.name ?? meta?.name ?? '';
  const parents = parentsOf(pageNav);
  const subtitle = subTitle ?? pageNav?.subTitle;
  useEffect(() => {
    document.title = `${title} · Costspan`;
  }, [title]);
  return (
    <div className={styles.page}>
      {parents.length > 0 && (
        <nav aria-label="Breadcrumbs" className={styles.crumbs}>
          {parents.map(({ text, url = '' }) => (
            <span key={url}>
              <Link to={url}>{text}</Link> /{' '}
            </span>
          ))}
        </nav>
      )}
      <header className={styles.header}>
        <div className={styles.titles}>
          {renderTitle?.(title) ?? <h1 className={styles.title}>{title}</h1>}
          {subtitle !== undefined && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {(pageNav?.children?.length ?? 0) > 0 && (
        <TabsBar>
          {pageNav?.children?.map(({ active = false, text, url = '' }) => (
            <Tab key={url} label={text} href={url} active={active} />
          ))}
        </TabsBar>
      )}
      <div className={styles.content}>{children}</div>
    </div>
  );
}

type NavItem = NonNullable<PluginPageProps['pageNav']>;

function parentsOf(item: NavItem | undefined): NavItem[] {
  const parent = item?.parentItem;
  return parent === undefined ? [] : [...parentsOf(parent), parent];
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(3), [theme.breakpoints.down('md')]: { padding: theme.spacing(2) } }),
  crumbs: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    marginBottom: theme.spacing(1),
    a: { '&:hover': { textDecoration: 'underline' } },
  }),
  header: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1, 2),
    justifyContent: 'space-between',
    alignItems: 'center',
  }),
  titles: css({ minWidth: 0 }),
  title: css({
    margin: 0,
    overflowWrap: 'anywhere',
    [theme.breakpoints.down('md')]: { fontSize: theme.typography.h2.fontSize },
  }),
  subtitle: css({ color: theme.colors.text.secondary }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  content: css({ marginTop: theme.spacing(2) }),
});
