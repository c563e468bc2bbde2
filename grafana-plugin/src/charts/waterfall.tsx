import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { attoOf, decimalOf } from '../domain/money.ts';

interface Step {
  readonly key: string;
  readonly label: string;
  readonly amount: string;
}

interface WaterfallProps {
  readonly from: { readonly label: string; readonly amount: string };
  readonly steps: readonly Step[];
  readonly to: { readonly label: string; readonly amount: string };
  readonly money: (amount: string) => string;
  readonly change: (amount: string) => string;
  readonly exact: (amount: string) => string;
}

const SCALE = 1_000_000n;

/** From one amount to another, step by step: each bar begins where the one above it ended. */
export function Waterfall({ from, steps, to, money, change, exact }: WaterfallProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const start = attoOf(from.amount);
  let reached = start;
  const ends = steps.map(({ amount }) => {
    reached += attoOf(amount);
    return reached;
  });
  const highest = [start, attoOf(to.amount), ...ends].reduce((max, value) => (value > max ? value : max), 1n);
  const share = (value: bigint) => Number((value * SCALE) / highest) / Number(SCALE);
  const whole = theme.visualization.getColorByName('blue');
  const rows = [
    {
      key: 'from',
      label: from.label,
      low: 0n,
      high: start,
      text: money(from.amount),
      title: exact(from.amount),
      colour: whole,
    },
    ...steps.map(({ key, label, amount }, index) => {
      const end = ends[index] ?? start;
      const begin = end - attoOf(amount);
      const isMore = end > begin;
      return {
        key,
        label,
        low: isMore ? begin : end,
        high: isMore ? end : begin,
        text: change(decimalOf(end - begin)),
        title: exact(amount),
        colour: theme.visualization.getColorByName(isMore ? 'orange' : 'green'),
      };
    }),
    {
      key: 'to',
      label: to.label,
      low: 0n,
      high: attoOf(to.amount),
      text: money(to.amount),
      title: exact(to.amount),
      colour: whole,
    },
  ];
  return (
    <ul className={styles.list}>
      {rows.map(({ key, label, low, high, text, title, colour }) => (
        <li key={key} className={styles.item}>
          <span className={styles.label} title={label}>
            {label}
          </span>
          <span className={styles.track}>
            <span
              className={styles.bar}
              style={{
                insetInlineStart: `${(share(low) * 100).toFixed(2)}%`,
                width: `${(share(high - low) * 100).toFixed(2)}%`,
                background: colour,
              }}
            />
          </span>
          <span className={styles.value} title={title}>
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    display: 'grid',
    gridTemplateColumns: 'fit-content(46%) minmax(40px, 1fr) auto',
    columnGap: theme.spacing(1),
    rowGap: theme.spacing(0.25),
  }),
  item: css({
    display: 'grid',
    gridColumn: '1 / -1',
    gridTemplateColumns: 'subgrid',
    alignItems: 'center',
    minHeight: 20,
  }),
  label: css({ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  track: css({ position: 'relative', height: 10 }),
  bar: css({ position: 'absolute', top: 0, bottom: 0, minWidth: 2, borderRadius: 2 }),
  value: css({ textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
});
