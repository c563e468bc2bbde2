import { t } from '@grafana/i18n';
import { useAnswer } from '../../answers/use-answer.ts';
import { DRIVERS, type Driver, type DriversAnswer } from '../../api/drivers-answer.ts';
import { askDrivers } from '../../api/usage-api.ts';
import { usePeriod } from '../../app/period.tsx';
import { useFormats } from '../../app/use-formats.ts';
import { Waterfall } from '../../charts/waterfall.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { ExportMenu } from '../../components/export-menu.tsx';
import { Panel } from '../../components/panel.tsx';
import { largestEffects } from '../../domain/largest-effects.ts';

/** What drove the change of spend: more calls, other models, longer prompts, caches, prices. */
export function WhyItChanged() {
  const { from, to, timezone, compare } = usePeriod();
  const formats = useFormats();
  const answer = useAnswer(compare === 'none' ? null : { from, to, timezone, compare, groupBy: ['model'] }, askDrivers);
  const effects = (data: DriversAnswer) =>
    DRIVERS.map((driver) => ({ driver, amount: data.effects[driver] ?? '0' })).filter(({ amount }) => amount !== '0');
  return (
    <Panel
      title={t('why.title', 'Why it changed')}
      description={t(
        'why.hint',
        'The change of spend against the period before, taken apart by model. The parts add up to it exactly.',
      )}
      answer={compare === 'none' ? { ...answer, data: NO_COMPARISON } : answer}
      height={150}
      isEmpty={(data) => effects(data).length === 0}
      empty={
        compare === 'none' ? t('why.off', 'Choose a period to compare with') : t('why.empty', 'Spend did not change')
      }
      actions={
        <ExportMenu
          fileName="costspan-why-it-changed"
          columns={['driver', 'amount']}
          rows={answer.data === undefined ? [] : effects(answer.data)}
        />
      }
      table={(data) => (
        <DataTable
          label={t('why.title', 'Why it changed')}
          columns={[
            { id: 'driver', header: t('why.driver', 'Driver'), cell: ({ driver }) => driverName(driver) },
            {
              id: 'amount',
              header: t('why.amount', 'Effect'),
              isNumber: true,
              cell: ({ amount }) => formats.exactMoney(amount),
            },
          ]}
          rows={effects(data)}
          rowKey={({ driver }) => driver}
        />
      )}
    >
      {(data) => (
        <Waterfall
          from={{ label: t('why.before', 'Before'), amount: data.before.cost }}
          steps={largestEffects(effects(data), STEPS_SHOWN).map(({ driver, amount }) => ({
            key: driver ?? 'rest',
            label: driver === null ? t('why.rest', 'All else') : driverName(driver),
            amount,
          }))}
          to={{ label: t('why.now', 'Now'), amount: data.after.cost }}
          money={formats.money}
          change={formats.moneyChange}
          exact={formats.exactMoney}
        />
      )}
    </Panel>
  );
}

const STEPS_SHOWN = 4;
const NO_COST = { from: '1970-01-01T00:00:00Z', to: '1970-01-01T00:00:00Z', cost: '0', calls: 0, unpriced_calls: 0 };
const NO_COMPARISON: DriversAnswer = {
  before: NO_COST,
  after: NO_COST,
  change: '0',
  effects: {},
  groups: [],
  complete_to: NO_COST.to,
};

function driverName(driver: Driver): string {
  switch (driver) {
    case 'volume':
      return t('driver.volume', 'More or fewer calls');
    case 'mix':
      return t('driver.mix', 'Other models');
    case 'input_tokens':
      return t('driver.input', 'Length of prompts');
    case 'output_tokens':
      return t('driver.output', 'Length of answers');
    case 'cache_share':
      return t('driver.cache', 'Caching');
    case 'price':
      return t('driver.price', 'Prices');
    case 'new_groups':
      return t('driver.new', 'New models');
    case 'gone_groups':
      return t('driver.gone', 'Models no longer used');
    case 'other':
      return t('driver.other', 'Other charges');
    default:
      return driver satisfies never;
  }
}
