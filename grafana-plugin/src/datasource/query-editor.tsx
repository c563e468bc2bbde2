import type { QueryEditorProps, SelectableValue } from '@grafana/data';
import { InlineField, InlineFieldRow, Input, MultiSelect, RadioButtonGroup, Select } from '@grafana/ui';
import { useEffect, useState } from 'react';
import type { Choice, FieldChoices } from './field-choices.ts';
import { fieldChoices } from './field-choices.ts';
import { FilterEditor } from './filter-editor.tsx';
import {
  type LedgerQuery,
  LIMIT_MAX,
  QUERY_GRAINS,
  type QueryGrain,
  type Subject,
  wholeQuery,
} from './ledger-query.ts';
import type { UsageDataSource } from './usage-data-source.ts';

const ABOUT: readonly { readonly label: string; readonly value: Subject; readonly description: string }[] = [
  { label: 'Usage and cost', value: 'usage', description: 'Sums of calls' },
  { label: 'Quotas', value: 'quota', description: 'Budgets as they stand now' },
  { label: 'Price changes', value: 'price-changes', description: 'Marks for a graph' },
  { label: 'Quota events', value: 'quota-events', description: 'Marks for a graph' },
];
const LABEL_WIDTH = 14;

/** Metric, group, filter and grain of a question to the ledger. Names can be typed too, also while nobody answers. */
export function QueryEditor({ query, onChange, onRunQuery }: QueryEditorProps<UsageDataSource, LedgerQuery>) {
  const whole = wholeQuery(query);
  const choices = useFieldChoices();
  const change = (changed: Partial<LedgerQuery>): void => {
    onChange({ ...query, ...whole, ...changed });
    onRunQuery();
  };
  return (
    <>
      <InlineFieldRow>
        <InlineField label="About" labelWidth={LABEL_WIDTH}>
          <RadioButtonGroup options={[...ABOUT]} value={whole.about} onChange={(about) => change({ about })} />
        </InlineField>
      </InlineFieldRow>
      {whole.about === 'usage' && (
        <InlineFieldRow>
          <InlineField label="Metrics" labelWidth={LABEL_WIDTH} grow>
            <NameSelect
              label="Metrics"
              names={whole.metrics}
              choices={choices.metrics}
              onChange={(metrics) => change({ metrics })}
            />
          </InlineField>
          <InlineField label="Group by" labelWidth={LABEL_WIDTH} grow>
            <NameSelect
              label="Group by"
              names={whole.groupBy}
              choices={choices.fields}
              onChange={(groupBy) => change({ groupBy })}
            />
          </InlineField>
        </InlineFieldRow>
      )}
      <FilterEditor filters={whole.filters} fields={choices.fields} onChange={(filters) => change({ filters })} />
      <InlineFieldRow>
        {whole.about === 'usage' && (
          <InlineField label="Grain" labelWidth={LABEL_WIDTH} tooltip="none: one row for each group">
            <Select<QueryGrain>
              aria-label="Grain"
              width={16}
              options={QUERY_GRAINS.map((grain) => ({ label: grain, value: grain }))}
              value={whole.grain}
              onChange={({ value }) => value !== undefined && change({ grain: value })}
            />
          </InlineField>
        )}
        {(whole.about === 'usage' || whole.about === 'quota') && (
          <InlineField label="Rows" labelWidth={LABEL_WIDTH} tooltip="The rest of the groups stands as (other)">
            <Input
              aria-label="Rows"
              type="number"
              min={1}
              max={LIMIT_MAX}
              width={10}
              defaultValue={whole.limit}
              onBlur={({ currentTarget }) => change({ limit: Number(currentTarget.value) })}
            />
          </InlineField>
        )}
      </InlineFieldRow>
    </>
  );
}

interface NameSelectProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly choices: readonly Choice[];
  readonly onChange: (names: string[]) => void;
}

function NameSelect({ label, names, choices, onChange }: NameSelectProps) {
  const chosen = (values: readonly SelectableValue<string>[]): string[] =>
    values.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return (
    <MultiSelect<string>
      aria-label={label}
      allowCustomValue
      options={[...choices]}
      value={names.map((name) => ({ label: name, value: name }))}
      onChange={(values) => onChange(chosen(values))}
    />
  );
}

function useFieldChoices(): FieldChoices {
  const [choices, setChoices] = useState<FieldChoices>({ metrics: [], fields: [] });
  useEffect(() => {
    let isGone = false;
    fieldChoices().then(
      (found) => {
        if (!isGone) setChoices(found);
      },
      // Without a list names are typed; what is wrong with the connection is told by the panel itself.
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, []);
  return choices;
}
