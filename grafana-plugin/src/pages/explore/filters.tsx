import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Combobox, IconButton, Input, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { askValues } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { HiddenLabel } from '../../components/hidden-label.tsx';
import { FILTER_OPS, type FilterTextOp, readFilter, takesValue, writeFilter } from '../../domain/filter-text.ts';
import { FIELDS, fieldName } from '../../usage/names.ts';

interface FiltersProps {
  /** As they stand in the address. */
  readonly where: readonly string[];
  readonly onChange: (where: readonly string[]) => void;
}

/** Which calls count: all filters must hold. */
export function Filters({ where, onChange }: FiltersProps) {
  const styles = useStyles2(getStyles);
  const [isAdding, setAdding] = useState(false);
  return (
    <div className={styles.row}>
      {where.map((written) => {
        const filter = readFilter(written);
        if (filter === undefined) return null;
        const name = `${fieldName(filter.field)} ${opName(filter.op)} ${filter.value}`.trim();
        return (
          <span key={written} className={styles.pill}>
            {name}
            <IconButton
              name="times"
              size="sm"
              tooltip={t('filters.remove', 'Remove the filter {{name}}', {
                name,
                interpolation: { escapeValue: false },
              })}
              onClick={() => onChange(where.filter((other) => other !== written))}
            />
          </span>
        );
      })}
      {isAdding ? (
        <NewFilter
          onAdd={(written) => {
            setAdding(false);
            if (!where.includes(written)) onChange([...where, written]);
          }}
          onCancel={() => setAdding(false)}
        />
      ) : (
        <Button variant="secondary" size="sm" icon="plus" onClick={() => setAdding(true)}>
          {t('filters.add', 'Filter')}
        </Button>
      )}
    </div>
  );
}

function NewFilter({ onAdd, onCancel }: { onAdd: (written: string) => void; onCancel: () => void }) {
  const styles = useStyles2(getStyles);
  const { from, to } = usePeriod();
  const [field, setField] = useState('customer_id');
  const [op, setOp] = useState<FilterTextOp>('eq');
  const [value, setValue] = useState('');
  const isWhole = !takesValue(op) || value !== '';
  return (
    <form
      className={styles.row}
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) onAdd(writeFilter({ field, op, value }));
      }}
    >
      <HiddenLabel htmlFor="filter-field">{t('filters.field', 'Field')}</HiddenLabel>
      <Combobox
        id="filter-field"
        aria-label={t('filters.field', 'Field')}
        width={22}
        createCustomValue
        value={field}
        options={FIELDS.map((one) => ({ value: one, label: fieldName(one) }))}
        onChange={(option) => setField(option.value)}
      />
      <HiddenLabel htmlFor="filter-op">{t('filters.op', 'Condition')}</HiddenLabel>
      <Combobox<FilterTextOp>
        id="filter-op"
        aria-label={t('filters.op', 'Condition')}
        width={18}
        value={op}
        options={FILTER_OPS.map((one) => ({ value: one, label: opName(one) }))}
        onChange={(option) => setOp(option.value)}
      />
      {takesValue(op) && <HiddenLabel htmlFor="filter-value">{t('filters.value', 'Value')}</HiddenLabel>}
      {takesValue(op) &&
        (op === 'eq' || op === 'neq' ? (
          <Combobox
            key={field}
            id="filter-value"
            aria-label={t('filters.value', 'Value')}
            width={28}
            createCustomValue
            value={value === '' ? null : value}
            options={async (prefix) =>
              (await askValues(field, prefix, { from, to })).map((one) => ({ value: one, label: one }))
            }
            onChange={(option) => setValue(option.value)}
          />
        ) : (
          <Input
            id="filter-value"
            aria-label={t('filters.value', 'Value')}
            width={28}
            value={value}
            onChange={({ currentTarget }) => setValue(currentTarget.value)}
          />
        ))}
      <Button type="submit" size="sm" disabled={!isWhole}>
        {t('filters.apply', 'Apply')}
      </Button>
      <Button type="button" size="sm" variant="secondary" fill="text" onClick={onCancel}>
        {t('filters.cancel', 'Cancel')}
      </Button>
    </form>
  );
}

function opName(op: FilterTextOp): string {
  switch (op) {
    case 'eq':
      return t('op.eq', 'is');
    case 'neq':
      return t('op.neq', 'is not');
    case 'contains':
      return t('op.contains', 'contains');
    case 'starts_with':
      return t('op.starts-with', 'begins with');
    case 'exists':
      return t('op.exists', 'is set');
    case 'not_exists':
      return t('op.not-exists', 'is not set');
    default:
      return op satisfies never;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  pill: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(0.25, 1),
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.pill,
    background: theme.colors.background.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
