import {
  createDataFrame,
  type DataFrame,
  dateTime,
  FieldColorModeId,
  FieldType,
  LoadingState,
  makeTimeRange,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import {
  EmbeddedScene,
  SceneDataNode,
  SceneFlexItem,
  SceneFlexLayout,
  SceneTimeRange,
  VizPanel,
} from '@grafana/scenes';
import {
  GraphDrawStyle,
  LegendDisplayMode,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/schema';
import { useEffect, useMemo } from 'react';
import { textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { OTHER } from '../../api/usage-question.ts';
import { usePeriod } from '../../app/period.tsx';
import { seriesColourName } from '../../charts/series-colours.ts';
import { METRICS, type MetricName, panelUnit } from '../../usage/metrics.ts';
import { groupsBySize, overTime } from '../../usage/over-time.ts';

interface ExploreChartProps {
  readonly answer: UsageAnswer;
  readonly metric: MetricName;
  readonly by: readonly string[];
  readonly style: 'bars' | 'lines';
  readonly height: number;
}

/** Grafana's own time series panel over an answer of the usage API. Dragging over it chooses the time. */
export function ExploreChart({ answer, metric, by, style, height }: ExploreChartProps) {
  const period = usePeriod();
  const { set } = period;
  const { range, timezone } = period;
  const scene = useMemo(
    () => chartScene(answer, range, timezone, metric, by, style, height),
    [answer, range, timezone, metric, by, style, height],
  );
  useEffect(() => {
    const { $timeRange } = scene.state;
    const watching = $timeRange?.subscribeToState(({ from, to }, before) => {
      if (from !== before.from || to !== before.to) set({ from: String(Date.parse(from)), to: String(Date.parse(to)) });
    });
    return () => watching?.unsubscribe();
  }, [scene, set]);
  return (
    <div style={{ height, display: 'flex' }}>
      <scene.Component model={scene} />
    </div>
  );
}

function chartScene(
  answer: UsageAnswer,
  range: TimeRange,
  timeZone: string,
  metric: MetricName,
  by: readonly string[],
  style: 'bars' | 'lines',
  height: number,
): EmbeddedScene {
  const isStacked = style === 'bars' && METRICS[metric].adds;
  const frames = framesOf(answer, metric, by);
  const shown = wholeBuckets(frames, range);
  const panel = new VizPanel({
    pluginId: 'timeseries',
    title: '',
    hoverHeader: true,
    displayMode: 'transparent',
    $data: new SceneDataNode({ data: panelData(frames, shown) }),
    options: {
      legend: { showLegend: true, displayMode: LegendDisplayMode.List, placement: 'bottom', calcs: [] },
      tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
    },
    fieldConfig: {
      defaults: {
        unit: panelUnit(metric),
        min: 0,
        color: { mode: FieldColorModeId.PaletteClassic },
        custom: {
          drawStyle: style === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
          lineWidth: style === 'bars' ? 0 : 2,
          fillOpacity: style === 'bars' ? 85 : 8,
          showPoints: VisibilityMode.Never,
          barAlignment: 1,
          barWidthFactor: 0.8,
          stacking: { mode: isStacked ? StackingMode.Normal : StackingMode.None, group: 'A' },
        },
      },
      overrides: [],
    },
  });
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: shown.from.toISOString(), to: shown.to.toISOString(), timeZone }),
    body: new SceneFlexLayout({ children: [new SceneFlexItem({ minHeight: height, body: panel })] }),
  });
}

/** The time from the beginning of the first bucket to the end of the last one: half a bar would look like half of its value. */
function wholeBuckets(frames: readonly DataFrame[], range: TimeRange): TimeRange {
  const times = (frames[0]?.fields[0]?.values ?? []) as readonly number[];
  const [first, last, before] = [times[0], times.at(-1), times.at(-2)];
  if (first === undefined || last === undefined || before === undefined) return range;
  return makeTimeRange(
    dateTime(Math.min(first, range.from.valueOf())),
    dateTime(Math.max(last + (last - before), range.to.valueOf())),
  );
}

function framesOf(answer: UsageAnswer, metric: MetricName, by: readonly string[]): DataFrame[] {
  // Several groups become one name, as a legend shows them.
  const named = {
    ...answer,
    rows: answer.rows.map((row) => ({ ...row, now: { ...row.now, group: groupName(row.now, by) } })),
  };
  const { times, series } = overTime(named, 'group', metric, groupsBySize(named, 'group', metric));
  return series.map(({ key, label, values, isRest }, index) =>
    createDataFrame({
      refId: key,
      fields: [
        { name: 'Time', type: FieldType.time, values: [...times] },
        {
          name: label,
          type: FieldType.number,
          values: [...values],
          config: {
            displayNameFromDS: label,
            color: { mode: FieldColorModeId.Fixed, fixedColor: isRest === true ? 'text' : seriesColourName(index) },
          },
        },
      ],
    }),
  );
}

function groupName(row: UsageAnswer['rows'][number]['now'], by: readonly string[]): string {
  const names = by.map((field) => textIn(row, field));
  if (names.length === 0) return 'all';
  return names.every((name) => name === OTHER) ? OTHER : names.join(' · ');
}

function panelData(series: DataFrame[], timeRange: TimeRange): PanelData {
  return { state: LoadingState.Done, series, timeRange };
}
