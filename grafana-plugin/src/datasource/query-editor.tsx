import type { QueryEditorProps, SelectableValue } from '@grafana/data';
import { t } from '@grafana/i18n';
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
        <InlineField label={t('datasource.about', 'About')} labelWidth={LABEL_WIDTH}>
          <RadioButtonGroup options={subjects()} value={whole.about} onChange={(about) => change({ about })} />
        </InlineField>
      </InlineFieldRow>
      {whole.about === 'usage' && (
        <InlineFieldRow>
          <InlineField label={t('datasource.metrics', 'Metrics')} labelWidth={LABEL_WIDTH} grow>
            <NameSelect
              label={t('datasource.metrics', 'Metrics')}
              names={whole.metrics}
              choices={choices.metrics}
              onChange={(metrics) => change({ metrics })}
            />
          </InlineField>
          <InlineField label={t('datasource.group-by', 'Group by')} labelWidth={LABEL_WIDTH} grow>
            <NameSelect
              label={t('datasource.group-by', 'Group by')}
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
          <InlineField
            label={t('datasource.grain', 'Grain')}
            labelWidth={LABEL_WIDTH}
            tooltip={t('datasource.grain-hint', 'none: one row for each group')}
          >
            <Select<QueryGrain>
              aria-label={t('datasource.grain', 'Grain')}
              width={16}
              options={QUERY_GRAINS.map((grain) => ({ label: grain, value: grain }))}
              value={whole.grain}
              onChange={({ value }) => value !== undefined && change({ grain: value })}
            />
          </InlineField>
        )}
        {(whole.about === 'usage' || whole.about === 'quota') && (
          <InlineField
            label={t('datasource.rows', 'Rows')}
            labelWidth={LABEL_WIDTH}
            tooltip={t('datasource.rows-hint', 'The rest of the groups stands as (other)')}
          >
            <Input
              aria-label={t('datasource.rows', 'Rows')}
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

/** What a query may be about. A function: texts are there only when the language is. */
function subjects(): { readonly label: string; readonly value: Subject }[] {
  return [
    { label: t('datasource.about-usage', 'Usage and cost'), value: 'usage' },
    { label: t('datasource.about-quota', 'Quotas'), value: 'quota' },
    { label: t('datasource.about-prices', 'Price changes'), value: 'price-changes' },
    { label: t('datasource.about-events', 'Quota events'), value: 'quota-events' },
  ];
}
