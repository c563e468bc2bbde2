import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { buildQuery } from './build-query.ts';
import type { DataSource } from './dashboard-spec.ts';
import type { Column, Level, PanelSpec } from './panel-spec.ts';
import { SOURCE_UID } from './source-variable.ts';

const PLAIN: readonly Level[] = [{ from: null, color: 'text' }];

/** A panel with everything stated that Grafana would else fill in by its own taste: thresholds, colours, legend, unit. */
export function buildPanel(spec: PanelSpec, id: number, source: DataSource): cog.Builder<Panel> {
  const builder = { timeseries: timeSeries, stat, table }[spec.kind](spec);
  builder
    .id(id)
    .title(spec.title)
    .description(spec.emptyWhen === undefined ? spec.description : `${spec.description} Empty when ${spec.emptyWhen}.`)
    .datasource({ type: source, uid: SOURCE_UID })
    .unit(spec.unit)
    .span(spec.width ?? 12)
    .height(spec.height ?? (spec.kind === 'stat' ? 4 : 8))
    .thresholds(levels(spec.levels ?? PLAIN))
    .targets(spec.queries.map((query, index) => buildQuery(query, spec.kind, index, source)));
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  return builder;
}

function timeSeries({ isStacked }: PanelSpec) {
  return new TimeSeriesBuilder()
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .drawStyle(isStacked === true ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .fillOpacity(isStacked === true ? 80 : 10)
    .lineWidth(isStacked === true ? 0 : 1)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(isStacked === true ? StackingMode.Normal : StackingMode.None).group('A'))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

function stat({ levels: colours }: PanelSpec) {
  return new StatBuilder()
    .colorScheme(
      colours === undefined
        ? new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('text')
        : new FieldColorBuilder().mode(FieldColorModeId.Thresholds),
    )
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

function table({ columns = [], queries }: PanelSpec) {
  const builder = new TableBuilder().colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  if (queries.length > 1) builder.withTransformation({ id: 'merge', options: {} });
  builder.withTransformation({
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
      renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
    },
  });
  for (const column of columns) {
    const properties = propertiesOf(column);
    if (properties.length > 0) builder.overrideByName(column.title, properties);
  }
  return builder;
}

function propertiesOf({ unit, levels: colours }: Column): DynamicConfigValue[] {
  return [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(colours === undefined
      ? []
      : [
          { id: 'thresholds', value: levels(colours).build() },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ]),
  ];
}

function levels(list: readonly Level[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(list.map(({ from, color }) => ({ value: from, color })));
}
