import { dateTimeFormat } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Budget } from '../api/quota-answer.ts';
import { useFormats } from '../app/use-formats.ts';

/** When a budget is used up at its pace; nothing when its window ends before. The exact instant is read on hover. */
export function RunsOut({ budget: { exhausts_at, state, window } }: { budget: Budget }) {
  const formats = useFormats();
  if (state === 'exhausted') return <>{t('quotas.already', 'already')}</>;
  if (exhausts_at === null) return null;
  const title = `${dateTimeFormat(exhausts_at, { timeZone: window.timezone })} ${window.timezone}`;
  return <span title={title}>{formats.ahead(Date.parse(exhausts_at) - Date.now())}</span>;
}
