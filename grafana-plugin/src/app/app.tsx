import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { PageFrame } from '../components/page-frame.tsx';
import { PAGES } from './links.ts';
import { PeriodProvider } from './period.tsx';
import { useSettings } from './settings.ts';
import { initTranslations } from './translations.ts';

await initTranslations();

const pages = [
  [PAGES.overview, lazy(async () => ({ default: (await import('../pages/overview/overview-page.tsx')).OverviewPage }))],
  [
    PAGES.customers,
    lazy(async () => ({ default: (await import('../pages/customers/customers-page.tsx')).CustomersPage })),
  ],
  [
    `${PAGES.customers}/:customer`,
    lazy(async () => ({ default: (await import('../pages/customer/customer-page.tsx')).CustomerPage })),
  ],
  [
    `${PAGES.customers}/:customer/calls/:call`,
    lazy(async () => ({ default: (await import('../pages/call/call-page.tsx')).CallPage })),
  ],
  [PAGES.explore, lazy(async () => ({ default: (await import('../pages/explore/explore-page.tsx')).ExplorePage }))],
  [PAGES.models, lazy(async () => ({ default: (await import('../pages/models/models-page.tsx')).ModelsPage }))],
  [PAGES.quotas, lazy(async () => ({ default: (await import('../pages/quotas/quotas-page.tsx')).QuotasPage }))],
  [
    PAGES.dataQuality,
    lazy(async () => ({ default: (await import('../pages/data-quality/data-quality-page.tsx')).DataQualityPage })),
  ],
] as const;

/** The pages. Each is a chunk of its own. */
export function App() {
  const { apiUrl = '' } = useSettings();
  // Without an address there is nobody to ask, and every page says the same.
  if (apiUrl === '') return <PageFrame title="Costspan">{null}</PageFrame>;
  return (
    <PeriodProvider>
      <Suspense fallback={<LoadingPlaceholder text="" />}>
        <Routes>
          {pages.map(([path, Page]) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<Navigate to={PAGES.overview} replace />} />
        </Routes>
      </Suspense>
    </PeriodProvider>
  );
}
