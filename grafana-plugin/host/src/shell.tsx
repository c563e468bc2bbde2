import { css, cx } from '@emotion/css';
import {
  type AppPlugin,
  type AppPluginMeta,
  type GrafanaTheme2,
  isIconName,
  PluginContextProvider,
} from '@grafana/data';
import { ErrorBoundaryAlert, Icon, IconButton, useStyles2, useTheme2 } from '@grafana/ui';
import type { ComponentType } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { DataSourcePage } from './data-source-page.tsx';
import { PluginMeta, PluginPage } from './plugin-page.tsx';
import { chooseTheme } from './theme-choice.ts';

interface ShellProps {
  readonly plugin: AppPlugin;
  readonly meta: AppPluginMeta;
  /** Of the viewer. Pages that need a higher one are not offered. */
  readonly role: string;
  /** Names that stand for those of plugin.json, by `configuration` or the last part of a page's path. */
  readonly pageNames: Readonly<Record<string, string>>;
  /** Where the plugin can be had for Grafana. Given where the page is served by the API itself: then there is nothing to configure. */
  readonly download: string | undefined;
}

const ROLES = ['Viewer', 'Editor', 'Admin'];
const CONFIGURATION = 'configuration';

/** Navigation from plugin.json, and the page that the address names. */
export function Shell({ plugin, meta, role, pageNames, download }: ShellProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { pathname } = useLocation();
  const pages = (meta.includes ?? []).filter(
    ({ type, addToNav, path = '', role: needed = 'Viewer' }) =>
      type === 'page' &&
      addToNav === true &&
      ROLES.indexOf(role) >= ROLES.indexOf(needed) &&
      (download === undefined || path.startsWith('/a/')),
  );
  const home = meta.includes?.find(({ defaultNav }) => defaultNav)?.path ?? `/a/${meta.id}`;
  const other = theme.isDark ? 'light' : 'dark';
  return (
    <div className={styles.shell}>
      <nav aria-label="Pages" className={styles.nav}>
        <Link to={home} className={styles.brand} aria-label="Costspan">
          <img alt="" src={meta.info.logos.small} width={24} height={24} />
          <span className={styles.name}>Costspan</span>
        </Link>
        <ul className={styles.list}>
          {pages.map(({ name, path = '', icon }) => (
            <li key={path}>
              <Link
                to={path}
                className={cx(styles.link, isWithin(pathname, path) && styles.active)}
                aria-current={isWithin(pathname, path) ? 'page' : undefined}
              >
                {icon !== undefined && isIconName(icon) && <Icon name={icon} />}
                {pageNames[keyOf(path)] ?? name}
              </Link>
            </li>
          ))}
        </ul>
        <div className={styles.foot}>
          {download !== undefined && (
            <a href={download} download className={styles.download} title="The same pages as an app for your Grafana">
              For Grafana
            </a>
          )}
          <IconButton name="adjust-circle" tooltip={`Use the ${other} theme`} onClick={() => chooseTheme(other)} />
        </div>
      </nav>
      <main className={styles.main}>
        <PluginMeta.Provider value={meta}>
          <PluginContextProvider meta={meta}>
            <ErrorBoundaryAlert style="page">
              <Routes>
                <Route path={`/a/${meta.id}/*`} element={<Root plugin={plugin} meta={meta} path={pathname} />} />
                <Route
                  path={`/plugins/${meta.id}`}
                  element={<Config plugin={plugin} meta={meta} title={pageNames[CONFIGURATION]} />}
                />
                {download === undefined && <Route path="/datasource" element={<DataSourcePage meta={meta} />} />}
                <Route path="*" element={<Navigate to={home} replace />} />
              </Routes>
            </ErrorBoundaryAlert>
          </PluginContextProvider>
        </PluginMeta.Provider>
      </main>
    </div>
  );
}

function Root({ plugin, meta, path }: { plugin: AppPlugin; meta: AppPluginMeta; path: string }) {
  const Page = plugin.root;
  if (Page === undefined) return null;
  return <Page meta={meta} basename={`/a/${meta.id}`} path={path} query={{}} onNavChanged={() => {}} />;
}

function Config({ plugin, meta, title }: { plugin: AppPlugin; meta: AppPluginMeta; title: string | undefined }) {
  const page = plugin.configPages?.[0];
  if (page === undefined) return null;
  // A plugin's config page takes the plugin with the meta it was loaded with.
  const Body = page.body as unknown as ComponentType<{ plugin: { meta: AppPluginMeta }; query: object }>;
  return (
    <PluginPage pageNav={{ text: title ?? page.title }}>
      <Body plugin={{ meta }} query={{}} />
    </PluginPage>
  );
}

/** Of a page's name. The configuration stands where Grafana puts it, the others below the app. */
function keyOf(path: string): string {
  return path.startsWith('/plugins/') ? CONFIGURATION : (path.split('/').at(-1) ?? '');
}

function isWithin(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}

const getStyles = (theme: GrafanaTheme2) => ({
  shell: css({
    display: 'flex',
    minHeight: '100vh',
    background: theme.colors.background.canvas,
    [theme.breakpoints.down('md')]: { flexDirection: 'column' },
  }),
  nav: css({
    width: 196,
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    padding: theme.spacing(2, 1),
    background: theme.colors.background.primary,
    borderInlineEnd: `1px solid ${theme.colors.border.weak}`,
    position: 'sticky',
    top: 0,
    height: '100vh',
    [theme.breakpoints.down('md')]: {
      position: 'static',
      width: 'auto',
      height: 'auto',
      flexDirection: 'row',
      alignItems: 'center',
      padding: theme.spacing(1),
      gap: theme.spacing(1),
      borderBlockEnd: `1px solid ${theme.colors.border.weak}`,
    },
  }),
  // On a small screen the pages need the room.
  name: css({ [theme.breakpoints.down('md')]: { display: 'none' } }),
  brand: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1),
    fontSize: theme.typography.h5.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  list: css({
    listStyle: 'none',
    margin: theme.spacing(2, 0),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.25),
    [theme.breakpoints.down('md')]: { flexDirection: 'row', margin: 0, overflowX: 'auto', minWidth: 0 },
  }),
  link: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    whiteSpace: 'nowrap',
    '&:hover': { background: theme.colors.action.hover, color: theme.colors.text.primary },
  }),
  active: css({ background: theme.colors.action.selected, color: theme.colors.text.primary }),
  download: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    '&:hover': { textDecoration: 'underline' },
  }),
  foot: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    marginTop: 'auto',
    padding: theme.spacing(0, 1),
    [theme.breakpoints.down('md')]: { marginTop: 0 },
  }),
  main: css({ flex: 1, minWidth: 0 }),
});
