import { dashboardJson } from '../dashboards/dashboard.ts';
import { DASHBOARDS } from '../dashboards/index.ts';
import type { FileKind } from '../lint/lint-file.ts';
import { MONITORS } from '../monitors/index.ts';
import { monitorJson } from '../monitors/monitor.ts';
import { DEFAULT_VARIABLES, type Variables } from './variables.ts';

/** A dashboard or monitor as it is sent, by the key under which it is found again. */
export interface ShippedFile {
  readonly kind: FileKind;
  readonly key: string;
  /** Below `dashboards/datadog`. */
  readonly path: string;
  readonly json: object;
}

/** Everything that `apply` writes, composites last. */
export function shippedFiles(variables: Variables = DEFAULT_VARIABLES): readonly ShippedFile[] {
  return [
    ...DASHBOARDS.map(
      (source): ShippedFile => ({
        kind: 'dashboard',
        key: source.key,
        path: `${source.key}.json`,
        json: dashboardJson(source, variables),
      }),
    ),
    ...MONITORS.map(
      (source): ShippedFile => ({
        kind: 'monitor',
        key: source.key,
        path: `monitors/${source.key}.json`,
        json: monitorJson(source, variables),
      }),
    ),
  ];
}

/** The same for Terraform: resources that read the JSON files, which stay the one source. */
export function terraformFile(files: readonly ShippedFile[]): string {
  const blocks = files.map(({ kind, key, path, json }) => {
    const name = key.replaceAll('-', '_');
    const body = `\${path.module}/${path}`;
    if (kind === 'dashboard') {
      return `resource "datadog_dashboard_json" "${name}" {\n  dashboard = file("${body}")\n}`;
    }
    const { query } = json as { readonly query: string };
    if (!query.startsWith('{')) return `resource "datadog_monitor_json" "${name}" {\n  monitor = file("${body}")\n}`;
    const ids = [...query.matchAll(/\{([a-z0-9-]+)\}/g)].map(([, of = '']) => of);
    const replaced = ids.reduce(
      (text, id) => `replace(${text}, "{${id}}", datadog_monitor_json.${id.replaceAll('-', '_')}.id)`,
      `file("${body}")`,
    );
    return `resource "datadog_monitor_json" "${name}" {\n  monitor = ${replaced}\n}`;
  });
  const head = `terraform {\n  required_providers {\n    datadog = {\n      source = "DataDog/datadog"\n    }\n  }\n}`;
  return `${[head, ...blocks].join('\n\n')}\n`;
}
