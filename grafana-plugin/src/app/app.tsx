import { LoadingPlaceholder } from '@grafana/ui';
import { type ComponentType, lazy, Suspense } from 'react';
import { matchPath, Navigate, Route, Routes } from 'react-router-dom';
import { PageFrame } from '../components/page-frame.tsx';
import { APP_PATH } from '../plugin-id.ts';
import { PAGES } from './links.ts';
import { PeriodProvider } from './period.tsx';
import { useSettings } from './settings.ts';
import { initTranslations } from './translations.ts';

const pages = (
  [
    [PAGES.overview, async () => ({ default: (await import('../pages/overview/overview-page.tsx')).OverviewPage })],
    [PAGES.customers, async () => ({ default: (await import('../pages/customers/customers-page.tsx')).CustomersPage })],
    [
      `${PAGES.customers}/:customer`,
      async () => ({ default: (await import('../pages/customer/customer-page.tsx')).CustomerPage }),
    ],
    [
      `${PAGES.customers}/:customer/calls/:call`,
      async () => ({ default: (await import('../pages/call/call-page.tsx')).CallPage }),
    ],
    [PAGES.explore, async () => ({ default: (await import('../pages/explore/explore-page.tsx')).ExplorePage })],
    [PAGES.models, async () => ({ default: (await import('../pages/models/models-page.tsx')).ModelsPage })],
    [PAGES.quotas, async () => ({ default: (await import('../pages/quotas/quotas-page.tsx')).QuotasPage })],
    [
      PAGES.dataQuality,
      async () => ({ default: (await import('../pages/data-quality/data-quality-page.tsx')).DataQualityPage }),
    ],
  ] as const
).map(([path, load]) => ({ path, load, Page: lazy<ComponentType>(load) }));

// The page that the address names comes along with the texts, and not after them. What fails here fails again where it is drawn.
const [, asked = ''] = window.location.pathname.split(`${APP_PATH}/`);
pages
  .find(({ path }) => matchPath(path, asked) !== null)
  ?.load()
  .catch(() => undefined);
await initTranslations();

/** The pages. Each is a chunk of its own. */
export function App() {
  const { apiUrl = '' } = useSettings();
  // Without an address there is nobody to ask, and every page says the same.
  if (apiUrl === '') return <PageFrame title="Costspan">{null}</PageFrame>;
  return (
    <PeriodProvider>
      <Suspense fallback={<LoadingPlaceholder text="" />}>
        <Routes>
          {pages.map(({ path, Page }) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<Navigate to={PAGES.overview} replace />} />
        </Routes>
      </Suspense>
    </PeriodProvider>
  );
}
