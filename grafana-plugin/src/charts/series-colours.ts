import type { GrafanaTheme2 } from '@grafana/data';

/** Told apart by hue and brightness; red is left for what is wrong. Names of Grafana's palette. */
const NAMES = [
  'blue',
  'green',
  'orange',
  'purple',
  'yellow',
  'super-light-blue',
  'dark-green',
  'dark-orange',
  'light-purple',
  'dark-blue',
];

/** The name of the colour of the n-th series, as Grafana's own panels take it. */
export function seriesColourName(index: number): string {
  return NAMES[index % NAMES.length] ?? 'blue';
}

/** The colour of the n-th series; what is no value of its own is grey. */
export function seriesColour(theme: GrafanaTheme2, index: number, isRest = false): string {
  if (isRest) return theme.isDark ? theme.colors.secondary.shade : theme.colors.secondary.border;
  return theme.visualization.getColorByName(seriesColourName(index));
}
