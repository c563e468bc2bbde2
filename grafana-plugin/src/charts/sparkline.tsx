import { useTheme2 } from '@grafana/ui';

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly height: number;
}

/** A small line without axes; the numbers stand beside it. */
export function Sparkline({ values, width, height }: SparklineProps) {
  const { colors } = useTheme2();
  const max = Math.max(...values.map((value) => value ?? 0), 0);
  if (max === 0) return <svg aria-hidden width={width} height={height} />;
  const step = (width - 2) / Math.max(values.length - 1, 1);
  const points = values.map(
    (value, index) => [1 + index * step, height - 1 - ((value ?? 0) / max) * (height - 3)] as const,
  );
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  return (
    <svg aria-hidden width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <path d={`${line}V${height}H1Z`} fill={colors.primary.main} opacity={0.18} />
      <path d={line} fill="none" stroke={colors.primary.text} strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}
