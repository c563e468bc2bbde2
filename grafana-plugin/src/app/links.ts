import { t } from '@grafana/i18n';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { APP_PATH } from '../plugin-id.ts';
import { PERIOD_PARAMS } from './period.tsx';

export const PAGES = {
  overview: 'overview',
  customers: 'customers',
  explore: 'explore',
  models: 'models',
  quotas: 'quotas',
  dataQuality: 'data-quality',
} as const;

/** What a page is called in the navigation; `plugin.json` has the English names. */
export function pageName(page: keyof typeof PAGES | 'configuration'): string {
  switch (page) {
    case 'overview':
      return t('nav.overview', 'Overview');
    case 'customers':
      return t('nav.customers', 'Customers');
    case 'explore':
      return t('nav.explore', 'Explore');
    case 'models':
      return t('nav.models', 'Models');
    case 'quotas':
      return t('nav.quotas', 'Quotas');
    case 'dataQuality':
      return t('nav.data-quality', 'Data quality');
    default:
      return t('nav.configuration', 'Configuration');
  }
}

export interface Links {
  /** The address of a page, about the same time as this one. */
  to(page: string, params?: Readonly<Record<string, string>>): string;
  customer(id: string): string;
  call(customer: string, id: string): string;
}

export function useLinks(): Links {
  const [search] = useSearchParams();
  const kept = PERIOD_PARAMS.map((name) => `${name}=${search.get(name) ?? ''}`).join('&');
  return useMemo(() => {
    const period = [...new URLSearchParams(kept)].filter(([, value]) => value !== '');
    const to = (page: string, params: Readonly<Record<string, string>> = {}) => {
      const query = new URLSearchParams([...period, ...Object.entries(params)]).toString();
      return `${APP_PATH}/${page}${query === '' ? '' : `?${query}`}`;
    };
    const customer = (id: string) => to(`${PAGES.customers}/${encodeURIComponent(id)}`);
    const call = (of: string, id: string) =>
      to(`${PAGES.customers}/${encodeURIComponent(of)}/calls/${encodeURIComponent(id)}`);
    return { to, customer, call };
  }, [kept]);
}
