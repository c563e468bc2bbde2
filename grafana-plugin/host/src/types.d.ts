// Two setters that @grafana/runtime does not export, and a style sheet.
declare module '*/PanelRenderer.mjs' {
  import type { PanelRendererProps } from '@grafana/runtime';
  import type { ComponentType } from 'react';
  export function setPanelRenderer(renderer: ComponentType<PanelRendererProps>): void;
}
declare module '*/PluginPage.mjs' {
  import type { PluginPageProps } from '@grafana/runtime';
  import type { ComponentType } from 'react';
  export function setPluginPage(page: ComponentType<PluginPageProps>): void;
}
declare module '*.css';
