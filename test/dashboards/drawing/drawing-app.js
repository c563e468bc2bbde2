// An app whose only page draws one dashboard of the plugin beside it, panel under panel, with what the host shares. Plain
// AMD, as Grafana loads plugins: nothing has to be built.
const NEEDS = ['@grafana/data', '@grafana/ui', '@grafana/runtime', 'react', 'rxjs', './datasource/module.js'];

define(NEEDS, (data, ui, runtime, React, rxjs, ledger) => {
  const h = React.createElement;
  const base = '/public/plugins/costspan-usage-app/';
  const asked = new URLSearchParams(location.search);
  const hours = Number(asked.get('hours') ?? '1');
  const to = Date.now();
  const range = {
    from: data.dateTime(to - hours * 3_600_000),
    to: data.dateTime(to),
    raw: { from: 'now-1h', to: 'now' },
  };
  const timeZone = 'utc';

  runtime.getTemplateSrv().replace = (text, _, format) =>
    (text ?? '').replace(/\$\{?(\w+)\}?/g, () => (typeof format === 'function' ? format('*') : '*'));

  function Page() {
    const [dashboard, setDashboard] = React.useState();
    React.useEffect(() => {
      prepare().then(setDashboard);
    }, []);
    if (dashboard === undefined) return null;
    const panels = dashboard.json.panels.filter(({ type }) => type !== 'row');
    return h(
      'div',
      { 'data-panels': panels.length, style: { display: 'flex', flexWrap: 'wrap', gap: 8, width: 1240 } },
      panels.map((panel) => h(DrawnPanel, { key: panel.id, panel, source: dashboard.source })),
    );
  }

  async function prepare() {
    const transformers = data.standardTransformers;
    const used = [transformers.mergeTransformer, transformers.organizeFieldsTransformer];
    data.standardTransformersRegistry.setInit(() =>
      used.map((transformation) => ({
        id: transformation.id,
        name: transformation.name,
        transformation: async () => transformation,
        editor: () => null,
      })),
    );
    const json = await (await fetch(`${base}dashboards/${asked.get('uid')}.json`)).json();
    if (json.tags.includes('metrics')) return { json, source: { query: askPrometheus } };
    return {
      json,
      source: new ledger.plugin.DataSourceClass({ uid: 'ledger', type: 'costspan-usage-datasource', jsonData: {} }),
    };
  }

  async function askPrometheus({ targets }) {
    const frames = await Promise.all(
      targets.map((target) => window.answerPrometheus(target, range.from.valueOf(), to)),
    );
    return { data: frames.flat() };
  }

  function DrawnPanel({ panel, source }) {
    const [drawn, setDrawn] = React.useState({ state: 'asking' });
    React.useEffect(() => {
      draw(panel, source).then(setDrawn, (cause) =>
        setDrawn({ state: 'error', said: String(cause?.message ?? cause) }),
      );
    }, []);
    const width = Math.round((1240 * panel.gridPos.w) / 24) - 8;
    const height = Math.max(panel.gridPos.h * 30, 140);
    const marks = { 'data-panel': panel.title, 'data-state': drawn.state, 'data-said': drawn.said ?? '' };
    return h('section', { ...marks, style: { width, height } }, [
      h(
        ui.PanelChrome,
        { key: 'chrome', title: panel.title, description: panel.description, width, height },
        (w, space) =>
          drawn.state === 'drawn' || drawn.state === 'empty'
            ? h(drawn.Panel, propsOf(panel, drawn, w, space))
            : h('div', {}, drawn.said),
      ),
    ]);
  }

  function propsOf(panel, { data: panelData }, width, height) {
    return {
      id: panel.id,
      data: panelData,
      timeRange: range,
      timeZone,
      options: panel.options,
      fieldConfig: panel.fieldConfig,
      transparent: false,
      width,
      height,
      renderCounter: 0,
      title: panel.title,
      eventBus: new data.EventBusSrv(),
      replaceVariables: (text) => text,
      onOptionsChange() {},
      onFieldConfigChange() {},
      onChangeTimeRange() {},
    };
  }

  async function draw(panel, source) {
    const plugin = await runtime.getPluginImportUtils().importPanelPlugin(panel.type);
    const answer = await source.query({ targets: panel.targets, range, timezone: timeZone, scopedVars: {} });
    if (answer.errors?.length > 0) throw new Error(answer.errors.map(({ message }) => message).join('; '));
    const frames = answer.data.map((frame) => data.toDataFrame(frame));
    const context = { interpolate: (text) => text };
    const transformed = await rxjs.lastValueFrom(data.transformDataFrame(panel.transformations ?? [], frames, context));
    const series = data.applyFieldOverrides({
      data: transformed,
      fieldConfig: panel.fieldConfig,
      fieldConfigRegistry: plugin.fieldConfigRegistry,
      replaceVariables: (text) => text,
      theme: runtime.config.theme2,
      timeZone,
    });
    data.cacheFieldDisplayNames(series);
    const isEmpty = series.every(({ length }) => length === 0);
    return {
      state: isEmpty ? 'empty' : 'drawn',
      Panel: plugin.panel,
      data: { state: data.LoadingState.Done, series, timeRange: range, annotations: [] },
    };
  }

  return { plugin: new data.AppPlugin().setRootPage(Page) };
});
