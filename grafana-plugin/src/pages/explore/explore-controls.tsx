import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, type ComboboxOption, InlineField, MultiCombobox, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import type { StateOf } from '../../domain/url-state.ts';
import { METRIC_NAMES, type MetricName, metricName } from '../../usage/metrics.ts';
import { FIELDS, fieldName } from '../../usage/names.ts';
import type { PARAMS } from './explore-state.ts';
import { Filters } from './filters.tsx';

type State = StateOf<typeof PARAMS>;

interface ExploreControlsProps {
  readonly state: State;
  readonly change: (change: Partial<State>) => void;
}

const GROUPS_MAX = 3;

/** What to add up, by what, and of which calls. */
export function ExploreControls({ state, change }: ExploreControlsProps) {
  const styles = useStyles2(getStyles);
  const grains = [
    { value: 'auto' as const, label: t('grain.auto', 'Auto') },
    { value: 'minute' as const, label: t('grain.minute', 'Minute') },
    { value: 'hour' as const, label: t('grain.hour', 'Hour') },
    { value: 'day' as const, label: t('grain.day', 'Day') },
    { value: 'week' as const, label: t('grain.week', 'Week') },
    { value: 'month' as const, label: t('grain.month', 'Month') },
  ];
  return (
    <div className={styles.rows}>
      <div className={styles.row}>
        <InlineField label={t('explore.metric', 'Metric')} className={styles.field}>
          <Combobox<MetricName>
            id="explore-metric"
            aria-label={t('explore.metric', 'Metric')}
            width={26}
            value={state.metric}
            options={METRIC_NAMES.map((value) => ({ value, label: metricName(value) }))}
            onChange={({ value }) => change({ metric: value })}
          />
        </InlineField>
        <InlineField label={t('explore.by', 'By')} className={styles.field}>
          <MultiCombobox
            id="explore-by"
            aria-label={t('explore.by', 'By')}
            width={32}
            value={[...state.by]}
            createCustomValue
            options={[...new Set([...FIELDS, ...state.by])].map(
              (value): ComboboxOption => ({ value, label: fieldName(value) }),
            )}
            onChange={(options) => change({ by: options.slice(0, GROUPS_MAX).map(({ value }) => value) })}
          />
        </InlineField>
        <InlineField label={t('explore.grain', 'Every')} className={styles.field}>
          <Combobox
            id="explore-grain"
            aria-label={t('explore.grain', 'Every')}
            width={12}
            value={state.grain}
            options={grains}
            onChange={({ value }) => change({ grain: value })}
          />
        </InlineField>
        <InlineField label={t('explore.top', 'Top')} className={styles.field}>
          <Combobox
            id="explore-top"
            aria-label={t('explore.top', 'Top')}
            width={10}
            value={state.top}
            options={(['5', '10', '20', '50'] as const).map((value) => ({ value, label: value }))}
            onChange={({ value }) => change({ top: value })}
          />
        </InlineField>
      </div>
      <div className={styles.row}>
        <RadioButtonGroup
          aria-label={t('explore.style', 'Drawn as')}
          options={[
            { value: 'bars' as const, label: t('explore.bars', 'Bars'), icon: 'graph-bar' },
            { value: 'lines' as const, label: t('explore.lines', 'Lines'), icon: 'chart-line' },
          ]}
          value={state.style}
          onChange={(style) => change({ style })}
        />
        <Filters where={state.where} onChange={(where) => change({ where })} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rows: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  field: css({ margin: 0 }),
});
