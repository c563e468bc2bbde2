import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { CallDetail, CostLine } from '../../api/call-answers.ts';
import { useFormats } from '../../app/use-formats.ts';
import { seriesColour } from '../../charts/series-colours.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import type { Formats } from '../../domain/format.ts';
import { compareAmounts, shareOf, sumOf } from '../../domain/money.ts';
import { statusName } from '../../usage/status-name.ts';

/** The lines of the cost, drawn as one bar and as a table. They add up to the cost. */
export function CostLines({ call }: { call: CallDetail }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const formats = useFormats();
  const lines = [...call.lines].sort((a, b) => compareAmounts(b.amount, a.amount));
  const sum = sumOf(lines.map(({ amount }) => amount));
  // A card in another currency has its rates and lines in it; the cost is what that was worth.
  const currency = call.native?.currency ?? call.currency;
  const inCard = (amount: string) => formats.exactMoney(amount, currency);
  const columns: readonly Column<CostLine>[] = [
    {
      id: 'meter',
      header: t('column.meter', 'Meter'),
      cell: (line) => (
        <>
          <span className={styles.mark} style={{ background: seriesColour(theme, lines.indexOf(line)) }} />{' '}
          {meterName(line.meter)}
          {lineNote(line, formats) !== '' && <span className={styles.note}>{lineNote(line, formats)}</span>}
        </>
      ),
    },
    {
      id: 'quantity',
      header: t('column.quantity', 'Quantity'),
      isNumber: true,
      cell: ({ quantity }) => formats.count(quantity),
      title: ({ counted }) =>
        counted === null
          ? undefined
          : t('call.counted-as', 'counted {{count}}; a minimum or an increment made it more', {
              count: formats.count(counted),
            }),
    },
    {
      id: 'rate',
      from: 'md',
      header: t('column.rate', 'Rate'),
      isNumber: true,
      cell: ({ rate, per }) =>
        t('call.rate', '{{rate}} per {{per}}', {
          rate: inCard(rate),
          per: formats.shortCount(per),
          interpolation: { escapeValue: false },
        }),
    },
    {
      id: 'amount',
      header: t('column.amount', 'Amount'),
      isNumber: true,
      cell: ({ amount }) => inCard(amount),
    },
  ];
  return (
    <>
      <div className={styles.total}>
        <span className={styles.amount}>
          {call.cost === null ? t('call.unpriced', 'Not priced') : formats.exactMoney(call.cost)}
        </span>
        <span className={styles.status}>
          {statusName(call.cost_status)}
          {call.reason !== null && ` · ${call.reason}`}
        </span>
      </div>
      {lines.length > 0 && (
        <>
          <div className={styles.bar} aria-hidden>
            {lines.map(({ meter, rate, above, fee, amount }, index) => (
              <span
                key={JSON.stringify([meter, rate, above, fee])}
                style={{ width: `${(shareOf(amount, sum) ?? 0) * 100}%`, background: seriesColour(theme, index) }}
              />
            ))}
          </div>
          <DataTable
            label={t('call.lines', 'Lines of the cost')}
            columns={columns}
            rows={lines}
            rowKey={({ meter, rate, above, fee }) => JSON.stringify([meter, rate, above, fee])}
            foot={[t('call.sum', 'Sum'), '', '', inCard(sum)]}
          />
        </>
      )}
      {call.native !== null && (
        <p className={styles.card}>
          {t('call.native', 'The card is in {{currency}}: {{amount}}', {
            currency: call.native.currency,
            amount: inCard(call.native.cost),
            interpolation: { escapeValue: false },
          })}
          {call.native.fx_rate === null
            ? ` · ${t('call.no-rate', 'nobody says what that is worth in US dollars')}`
            : ` · ${t('call.fx', 'one {{currency}} is {{rate}} since {{from}}', {
                currency: call.native.currency,
                rate: formats.exactMoney(call.native.fx_rate),
                from: call.native.fx_from?.slice(0, 10) ?? '',
                interpolation: { escapeValue: false },
              })}`}
        </p>
      )}
      {call.card !== null && (
        <p className={styles.card} title={call.card.version}>
          {t('call.card', 'Priced by {{card}} ({{layer}}, version {{version}})', {
            card: `${call.card.provider}/${call.card.model}`,
            layer: call.card.layer,
            version: call.card.version.replace(/^sha256:/, '').slice(0, 12),
            interpolation: { escapeValue: false },
          })}
          {call.match !== null && ` · ${t('call.match', 'model matched: {{match}}', { match: call.match })}`}
        </p>
      )}
    </>
  );
}

/** What makes a line another than count × rate: a fee, a step of a ladder, factors on the rate. */
function lineNote({ fee, above, multipliers }: CostLine, formats: Formats): string {
  return [
    fee === null ? '' : t('call.fee', 'fee: {{name}}', { name: fee, interpolation: { escapeValue: false } }),
    above === null ? '' : t('call.above', 'above {{count}}', { count: formats.count(above) }),
    ...multipliers.map(({ name, factor }) => `${name.replace(/_/g, ' ')} × ${factor}`),
  ]
    .filter((note) => note !== '')
    .join(' · ');
}

export function meterName(meter: string): string {
  return meter.replace(/_/g, ' ').replace(/^./, (first) => first.toUpperCase());
}

const getStyles = (theme: GrafanaTheme2) => ({
  total: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    gap: theme.spacing(1.5),
    marginBottom: theme.spacing(1),
  }),
  amount: css({ fontSize: theme.typography.h2.fontSize, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }),
  status: css({ color: theme.colors.text.secondary }),
  bar: css({
    display: 'flex',
    height: 12,
    gap: 1,
    borderRadius: 3,
    overflow: 'hidden',
    marginBottom: theme.spacing(1),
  }),
  mark: css({ display: 'inline-block', width: 10, height: 10, borderRadius: 2, marginInlineEnd: theme.spacing(0.5) }),
  note: css({
    marginInlineStart: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  card: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    marginTop: theme.spacing(1),
  }),
});
