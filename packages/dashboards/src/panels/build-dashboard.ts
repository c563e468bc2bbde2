import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { buildPanel } from './build-panel.ts';
import type { DashboardSpec, VariableSpec } from './dashboard-spec.ts';
import { SOURCE_UID, SOURCE_VARIABLE } from './source-variable.ts';

/** The tag by which our dashboards link to each other. */
const TAG = 'costspan';
/** What All is in a query: a pattern, and what our data source takes for no condition. */
const ALL_VALUES = { prometheus: '.*', 'costspan-usage-datasource': '*' } as const;
const SOURCE_LABEL = { prometheus: 'Prometheus', 'costspan-usage-datasource': 'Costspan' } as const;

/** A dashboard in Grafana's Classic model, which every Grafana imports by hand, from a file and from a plugin. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .id(null)
    .uid(spec.uid)
    .description(`${spec.question} Needs ${spec.needs}.`)
    .tags([TAG, spec.source === 'prometheus' ? 'metrics' : 'ledger'])
    .timezone('browser')
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('1m')
    .time({ from: `now-${spec.from}`, to: 'now' })
    .version(1)
    .annotations([])
    .link(
      new DashboardLinkBuilder('Costspan')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true)
        .targetBlank(false),
    )
    .withVariable(
      new DatasourceVariableBuilder(SOURCE_VARIABLE)
        .label(SOURCE_LABEL[spec.source])
        .description('Where the figures are read from.')
        .type(spec.source),
    );
  for (const variable of spec.variables) builder.withVariable(buildVariable(variable, spec));
  let id = 0;
  for (const { title, panels } of spec.rows) {
    id += 1;
    builder.withRow(new RowBuilder(title).id(id));
    for (const panel of panels) {
      id += 1;
      builder.withPanel(buildPanel(panel, id, spec.source));
    }
  }
  return builder.build();
}

function buildVariable({ name, label, description, query, isListed }: VariableSpec, { source }: DashboardSpec) {
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource({ type: source, uid: SOURCE_UID })
    .query(source === 'prometheus' ? { query, refId: name } : query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(true)
    .includeAll(true)
    .current({ text: ['All'], value: ['$__all'] });
  return isListed === true ? builder : builder.allValue(ALL_VALUES[source]);
}
