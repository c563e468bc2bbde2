import { type DataFrame, dateTimeFormat, getFieldDisplayName, type TimeZone } from '@grafana/data';

interface SeriesTooltipProps {
  readonly frame: DataFrame;
  /** Position in each field of what is under the pointer. */
  readonly indexes: readonly (number | null)[];
  readonly timeZone: TimeZone;
}

/** Time and values under the pointer, the largest first. */
export function SeriesTooltip({ frame, indexes, timeZone }: SeriesTooltipProps) {
  const [time, ...series] = frame.fields;
  const at = indexes.find((index) => index !== null && index !== undefined);
  if (time === undefined || at === undefined || at === null) return null;
  const rows = series
    .map((field) => ({ field, value: field.values[at] as number | null }))
    .filter(({ value }) => value !== null && value !== undefined)
    .sort((a, b) => (b.value as number) - (a.value as number));
  return (
    <div style={{ padding: 8 }}>
      <strong>{dateTimeFormat(time.values[at], { timeZone })}</strong>
      <table>
        <tbody>
          {rows.map(({ field, value }) => (
            <tr key={getFieldDisplayName(field, frame)}>
              <td style={{ paddingRight: 16 }}>{getFieldDisplayName(field, frame)}</td>
              <td style={{ textAlign: 'right' }}>
                {field.display === undefined ? String(value) : textOf(field.display(value))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function textOf({ prefix = '', text, suffix = '' }: { prefix?: string; text: string; suffix?: string }): string {
  return `${prefix}${text}${suffix}`;
}
