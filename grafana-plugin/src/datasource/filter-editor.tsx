import { Button, IconButton, InlineField, InlineFieldRow, Input, Select } from '@grafana/ui';
import type { FilterOp } from '../api/usage-question.ts';
import type { Choice } from './field-choices.ts';
import type { QueryFilter } from './ledger-query.ts';

const OPERATORS: readonly { readonly label: string; readonly value: FilterOp }[] = [
  { label: 'is one of', value: 'in' },
  { label: 'is none of', value: 'not_in' },
  { label: 'contains', value: 'contains' },
  { label: 'begins with', value: 'starts_with' },
  { label: 'is there', value: 'exists' },
  { label: 'is not there', value: 'not_exists' },
];

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
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no name but its place, and may be there twice.
        <InlineField key={index} label={index === 0 ? 'Where' : 'and'} labelWidth={14}>
          <>
            <Select<string>
              aria-label="Field"
              allowCustomValue
              width={22}
              options={[...fields]}
              value={field === '' ? null : { label: field, value: field }}
              onChange={(chosen) => change(index, { field: chosen.value ?? '' })}
            />
            <Select<FilterOp>
              aria-label="Condition"
              width={16}
              options={[...OPERATORS]}
              value={op}
              onChange={(chosen) => change(index, { op: chosen.value ?? 'in' })}
            />
            {op !== 'exists' && op !== 'not_exists' && (
              <Input
                aria-label="Values"
                width={24}
                placeholder="$customer, or acme, globex"
                defaultValue={value}
                onBlur={({ currentTarget }) => change(index, { value: currentTarget.value })}
              />
            )}
            <IconButton
              name="trash-alt"
              aria-label="Remove the condition"
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
        Condition
      </Button>
    </InlineFieldRow>
  );
}
