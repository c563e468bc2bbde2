import {
  FieldColorModeId,
  FieldConfigProperty,
  type FieldDisplay,
  getFieldDisplayValues,
  identityOverrideProcessor,
  PanelPlugin,
  type PanelProps,
  type StandardEditorProps,
  VizOrientation,
} from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  LegendDisplayMode,
  TimeSeries,
  TooltipPlugin2,
  useTheme2,
  VizRepeater,
} from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { ComponentProps } from 'react';
import { SeriesTooltip } from './series-tooltip.tsx';

/** Grafana's core panels are not on npm: these stand in under the same ids, drawn by the same components of @grafana/ui. */
export const PANELS: Readonly<Record<string, () => PanelPlugin>> = {
  timeseries: () =>
    new PanelPlugin(TimeSeriesPanel).useFieldConfig({
      standardOptions: {
        [FieldConfigProperty.Color]: { settings: {}, defaultValue: { mode: FieldColorModeId.PaletteClassic } },
      },
      useCustomConfig: (builder) => {
        for (const [id, defaultValue] of Object.entries(GRAPH_DEFAULTS)) {
          const unedited = () => null;
          builder.addCustomEditor<unknown, unknown>({
            id,
            path: id,
            name: id,
            editor: unedited as unknown as (props: StandardEditorProps) => null,
            override: unedited,
            process: identityOverrideProcessor,
            shouldApply: () => true,
            defaultValue,
          } as never);
        }
      },
    }),
  stat: () => new PanelPlugin(StatPanel).useFieldConfig(),
  table: () => new PanelPlugin(TablePanel).useFieldConfig(),
};

const GRAPH_DEFAULTS = {
  drawStyle: 'line',
  lineWidth: 1,
  fillOpacity: 0,
  showPoints: 'auto',
  stacking: { mode: 'none', group: 'A' },
  barAlignment: 0,
  barWidthFactor: 0.6,
  lineInterpolation: 'linear',
  axisPlacement: 'auto',
};

interface SeriesOptions {
  readonly legend?: ComponentProps<typeof TimeSeries>['legend'];
}

function TimeSeriesPanel({ data, timeRange, timeZone, width, height, options }: PanelProps<SeriesOptions>) {
  const legend = options.legend ?? {
    showLegend: true,
    displayMode: LegendDisplayMode.List,
    placement: 'bottom' as const,
    calcs: [],
  };
  if (data.series.length === 0) return <div role="status">No data</div>;
  return (
    <TimeSeries
      frames={data.series}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={legend}
      options={options}
    >
      {(config, alignedFrame) => (
        <TooltipPlugin2
          config={config}
          hoverMode={1}
          render={(_plot, indexes) => <SeriesTooltip frame={alignedFrame} indexes={indexes} timeZone={timeZone} />}
        />
      )}
    </TimeSeries>
  );
}

interface ReducedOptions {
  readonly reduceOptions?: { readonly calcs: string[] };
}

function StatPanel({
  data,
  fieldConfig,
  options,
  renderCounter,
  replaceVariables,
  timeZone,
  width,
  height,
}: PanelProps<ReducedOptions>) {
  const theme = useTheme2();
  const values = getFieldDisplayValues({
    fieldConfig,
    reduceOptions: options.reduceOptions ?? { calcs: ['lastNotNull'] },
    replaceVariables,
    theme,
    data: data.series,
    sparkline: true,
    timeZone,
  });
  return (
    <VizRepeater<FieldDisplay>
      width={width}
      height={height}
      source={data}
      getValues={() => values}
      renderCounter={renderCounter}
      orientation={VizOrientation.Auto}
      autoGrid
      renderValue={(one) => (
        <BigValue
          value={one.value.display}
          sparkline={one.value.sparkline}
          width={one.width}
          height={one.height}
          theme={theme}
          colorMode={BigValueColorMode.Value}
          graphMode={BigValueGraphMode.Area}
          textMode={BigValueTextMode.Auto}
          justifyMode={BigValueJustifyMode.Auto}
        />
      )}
    />
  );
}

function TablePanel({ data, fieldConfig, height, timeRange, width }: PanelProps<object>) {
  const [frame] = data.series;
  if (frame === undefined) return <div role="status">No data</div>;
  return (
    <TableNG
      data={frame}
      fieldConfig={fieldConfig}
      getActions={() => []}
      height={height}
      structureRev={data.structureRev}
      timeRange={timeRange}
      width={width}
    />
  );
}
