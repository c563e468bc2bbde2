import { usePluginContext } from '@grafana/data';
import { config } from '@grafana/runtime';

/** `jsonData` of the plugin. Also what a provisioning file says. */
export interface Settings {
  /** Base address of the usage API, without `/api/v1`. */
  readonly apiUrl?: string;
  /** Prometheus data source that the metrics of the collector are in. */
  readonly prometheusUid?: string;
  /** Where a trace is opened; `{traceId}` stands for its id. */
  readonly traceUrl?: string;
}

export function useSettings(): Settings {
  return (usePluginContext()?.meta.jsonData ?? {}) as Settings;
}

export function isAdmin(): boolean {
  return config.bootData?.user?.orgRole === 'Admin' || config.bootData?.user?.isGrafanaAdmin === true;
}
