import { ExpressionError, type MetricExpression, parseExpression } from './metric-expression.ts';

/** A query of a metric monitor: `sum(last_1d):<expression> > 100`. */
export interface MonitorQuery {
  readonly aggregator: string;
  /** `last_5m`, `current_1mo`. */
  readonly window: string;
  readonly windowMinutes: number;
  readonly isCumulative: boolean;
  readonly expression: MetricExpression;
  readonly operator: string;
  readonly threshold: number;
}

const FORM =
  /^(avg|sum|min|max)\((last_(\d+)(m|h|d|w|mo)|current_1(h|d|mo))\):(.+?)\s*(>=|<=|>|<|==|!=)\s*(-?\d+(?:\.\d+)?)$/s;
const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080, mo: 43_800 };

/** @throws ExpressionError with what is wrong. */
export function parseMonitorQuery(text: string): MonitorQuery {
  const match = FORM.exec(text);
  if (match === null) {
    throw new ExpressionError(
      'a metric monitor reads <avg|sum|min|max>(<last_…|current_1…>):<query> <operator> <threshold>',
    );
  }
  const [, aggregator = '', window = '', count = '1', unit, cumulative, expression = '', operator = '', threshold] =
    match;
  return {
    aggregator,
    window,
    windowMinutes: Number(count) * (MINUTES[unit ?? cumulative ?? 'm'] ?? 1),
    isCumulative: cumulative !== undefined,
    expression: parseExpression(expression),
    operator,
    threshold: Number(threshold),
  };
}

/** The query of a monitor, and `undefined` where it is another kind of monitor or cannot be read. */
export function queryOf(monitor: { readonly [key: string]: unknown }): MonitorQuery | undefined {
  if (monitor['type'] !== 'query alert' && monitor['type'] !== 'metric alert') return undefined;
  try {
    return parseMonitorQuery(String(monitor['query']));
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
