import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AskedAnswer } from '../answers/use-answer.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import type { Change } from '../domain/change.ts';
import { ChangeBadge } from './change-badge.tsx';
import { Failure } from './states/failure.tsx';
import { Skeleton } from './states/skeleton.tsx';

export interface Stat {
  readonly label: string;
  readonly value: string;
  /** With every digit, on hover. */
  readonly exact?: string;
  readonly change?: Change;
  readonly good?: 'up' | 'down';
  readonly before?: string;
  /** A short remark below the value. */
  readonly note?: string;
  readonly trend?: readonly (number | null)[];
}

interface StatRowProps<T> {
  readonly answer: AskedAnswer<T>;
  readonly stats: (data: T) => readonly Stat[];
}

const HEIGHT = 78;
/** A narrower place has room for the change alone. */
const TREND_FROM_PX = 136;

/** The numbers to see first, side by side. */
export function StatRow<T>({ answer, stats }: StatRowProps<T>) {
  const styles = useStyles2(getStyles);
  if (answer.data === undefined) {
    return answer.error === undefined ? (
      <Skeleton height={HEIGHT} />
    ) : (
      <Failure error={answer.error} again={answer.again} compact />
    );
  }
  return (
    <dl className={cx(styles.row, answer.isFormer && styles.former)}>
      {stats(answer.data).map(({ label, value, exact, change, good, before, note, trend }) => (
        <div key={label} className={styles.stat}>
          <dt className={styles.label}>{label}</dt>
          <dd className={styles.value} title={exact}>
            {value}
          </dd>
          <dd className={styles.below}>
            {change !== undefined && (
              <ChangeBadge
                change={change}
                {...(good === undefined ? {} : { good })}
                {...(before === undefined ? {} : { before })}
              />
            )}
            {note !== undefined && <span>{note}</span>}
          </dd>
          {trend !== undefined && trend.length > 1 && (
            <dd className={styles.trend}>
              <Sparkline values={trend} width={64} height={20} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))',
    gap: theme.spacing(1),
    margin: 0,
  }),
  former: css({ opacity: 0.5, transition: 'opacity 150ms ease 600ms' }),
  stat: css({
    containerType: 'inline-size',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    alignContent: 'start',
    columnGap: theme.spacing(1),
    minHeight: HEIGHT,
    minWidth: 0,
    padding: theme.spacing(0.75, 1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  label: css({
    gridColumn: '1 / -1',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: 'normal',
  }),
  value: css({
    gridColumn: '1 / -1',
    margin: 0,
    fontSize: theme.typography.h2.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    lineHeight: 1.3,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  below: css({
    margin: 0,
    display: 'flex',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    minHeight: theme.spacing(2.25),
  }),
  trend: css({
    alignSelf: 'end',
    margin: 0,
    height: 20,
    [`@container (max-width: ${TREND_FROM_PX - 1}px)`]: { display: 'none' },
  }),
});
