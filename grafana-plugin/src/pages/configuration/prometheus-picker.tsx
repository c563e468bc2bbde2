import { t } from '@grafana/i18n';
import { getDataSourceSrv } from '@grafana/runtime';
import { Combobox, Field } from '@grafana/ui';

/** The data source that scrapes the collector; none is a choice. */
export function PrometheusPicker({ value, onChange }: { value: string; onChange: (uid: string) => void }) {
  const sources = getDataSourceSrv().getList({ type: 'prometheus' });
  return (
    <Field
      label={t('configuration.prometheus', 'Prometheus data source')}
      description={t(
        'configuration.prometheus-hint',
        'The one that scrapes the collector. With it, the ledger is held against the metrics on the page Data quality.',
      )}
    >
      <Combobox
        id="prometheus"
        width={60}
        isClearable
        placeholder={
          sources.length === 0
            ? t('configuration.prometheus-none', 'There is none here')
            : t('configuration.prometheus-choose', 'None chosen')
        }
        value={value === '' ? null : value}
        options={sources.map(({ uid, name }) => ({ value: uid, label: name }))}
        onChange={(option) => onChange(option?.value ?? '')}
      />
    </Field>
  );
}
