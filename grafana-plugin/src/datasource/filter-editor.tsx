import { t } from '@grafana/i18n';
import { Button, IconButton, InlineField, InlineFieldRow, Input, Select } from '@grafana/ui';
import type { FilterOp } from '../api/usage-question.ts';
import type { Choice } from './field-choices.ts';
import type { QueryFilter } from './ledger-query.ts';

interface FilterEditorProps {
  readonly filters: readonly QueryFilter[];
  readonly fields: readonly Choice[];
  readonly onChange: (filters: QueryFilter[]) => void;
}

/** Conditions, all of which must hold. A value may be a variable; a variable with All chosen is no condition. */
export function FilterEditor({ filters, fields, onChange }: FilterEditorProps) {
  const change = (index: number, changed: Partial<QueryFilter>): void =>
    onChange(filters.map((filter, at) => (at === index ? { ...filter, ...changed } : filter)));
  return (
    <InlineFieldRow>
      {filters.map(({ field, op, value }, index) => (
        <InlineField
          key={index}
          label={index === 0 ? t('datasource.where', 'Where') : t('datasource.and', 'and')}
          labelWidth={14}
        >
          <>
            <Select<string>
              aria-label={t('datasource.field', 'Field')}
              allowCustomValue
              width={22}
              options={[...fields]}
              value={field === '' ? null : { label: field, value: field }}
              onChange={(chosen) => change(index, { field: chosen.value ?? '' })}
            />
            <Select<FilterOp>
              aria-label={t('datasource.condition', 'Condition')}
              width={16}
              options={operators()}
              value={op}
              onChange={(chosen) => change(index, { op: chosen.value ?? 'in' })}
            />
            {op !== 'exists' && op !== 'not_exists' && (
              <Input
                aria-label={t('datasource.values', 'Values')}
                width={24}
                placeholder={t('datasource.values-hint', '$customer, or acme, globex')}
                defaultValue={value}
                onBlur={({ currentTarget }) => change(index, { value: currentTarget.value })}
              />
            )}
            <IconButton
              name="trash-alt"
              aria-label={t('datasource.remove', 'Remove the condition')}
              onClick={() => onChange(filters.filter((_, at) => at !== index))}
            />
          </>
        </InlineField>
      ))}
      <Button
        icon="plus"
        variant="secondary"
        fill="text"
        onClick={() => onChange([...filters, { field: '', op: 'in', value: '' }])}
      >
        {t('datasource.condition', 'Condition')}
      </Button>
    </InlineFieldRow>
  );
}

function operators(): { readonly label: string; readonly value: FilterOp }[] {
  return [
    { label: t('datasource.op-in', 'is one of'), value: 'in' },
    { label: t('datasource.op-not-in', 'is none of'), value: 'not_in' },
    { label: t('datasource.op-contains', 'contains'), value: 'contains' },
    { label: t('datasource.op-starts-with', 'begins with'), value: 'starts_with' },
    { label: t('datasource.op-exists', 'is there'), value: 'exists' },
    { label: t('datasource.op-not-exists', 'is not there'), value: 'not_exists' },
  ];
}
