import { expect, test } from 'vitest';
import { type BuiltPlugin, PLUGIN_RULES } from './plugin-rules.ts';

const manifest = {
  type: 'app',
  id: 'costspan-usage-app',
  name: 'Costspan',
  info: {
    description: 'What LLM calls cost, per customer',
    keywords: ['llm'],
    version: '1.2.3',
    updated: '2026-11-23',
    author: { name: 'Costspan' },
    logos: { small: 'img/logo.svg', large: 'img/logo.svg' },
  },
  includes: [
    { type: 'page', name: 'Overview', path: '/a/costspan-usage-app/overview', role: 'Viewer', defaultNav: true },
  ],
  routes: [
    {
      path: 'read',
      method: 'GET',
      url: '{{ .JsonData.apiUrl }}/api/v1',
      reqRole: 'Viewer',
      headers: [{ name: 'Authorization', content: 'Bearer {{ .SecureJsonData.apiToken }}' }],
    },
  ],
  dependencies: { grafanaDependency: '>=12.4.0-0' },
};
const entry = 'define(["i18next","react","react-dom","react-router","react/jsx-runtime"],(e)=>e)';
const good = {
  'plugin.json': JSON.stringify(manifest),
  'module.js': entry,
  'module.js.map': '{}',
  '7.js': 'VizPanel'.padEnd(100_000),
  '7.js.map': '{}',
  'README.md': 'What it shows. '.repeat(60),
  'CHANGELOG.md': '# Changelog\n\n## 1.2.3\n',
  LICENSE: 'Apache License 2.0',
  'img/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>',
};

function plugin(change: Record<string, string | undefined> = {}): BuiltPlugin {
  const files = Object.entries({ ...good, ...change }).filter(([, text]) => text !== undefined);
  return new Map(files.map(([path, text]) => [path, Buffer.from(text as string)]));
}

const withManifest = (change: object) => ({ 'plugin.json': JSON.stringify({ ...manifest, ...change }) });
const withInclude = (type: string, path: string) =>
  withManifest({ includes: [...manifest.includes, { type, name: 'x', path }] });
const nested = JSON.stringify({ type: 'datasource', id: 'costspan-usage-datasource', info: { logos: {} } });
const withRoute = (change: object) => withManifest({ routes: [{ ...manifest.routes[0], ...change }] });

function broken(built: BuiltPlugin): string[] {
  return PLUGIN_RULES.flatMap(({ check }) => check(built));
}

test('a whole plugin breaks no rule', () => {
  expect(broken(plugin())).toEqual([]);
});

test.each<[string, Record<string, string | undefined>, string | RegExp]>([
  ['a missing licence', { LICENSE: undefined }, 'LICENSE is missing'],
  ['another licence', { LICENSE: 'All rights reserved' }, /none that Grafana takes/],
  ['an id without an organisation', withManifest({ id: 'usage' }), /<organisation>/],
  ['an unfilled version', withManifest({ info: { ...manifest.info, version: '%VERSION%' } }), /not filled in/],
  [
    'a dependency that shuts pre-releases out',
    withManifest({ dependencies: { grafanaDependency: '>=12.4.0' } }),
    /x\.y\.z-0/,
  ],
  ['a logo that is not there', { 'img/logo.svg': undefined }, 'img/logo.svg is missing'],
  ['a logo that runs', { 'img/logo.svg': '<svg onload="x()"/>' }, /runs or loads/],
  ['a logo with a script', { 'img/logo.svg': '<svg><script/></svg>' }, /has a <script>/],
  [
    'a page elsewhere',
    withManifest({ includes: [{ type: 'page', name: 'x', path: '/d/x', role: 'Viewer', defaultNav: true }] }),
    'page x is at /d/x',
  ],
  ['a dashboard that is not there', withInclude('dashboard', 'dashboards/x.json'), 'dashboards/x.json is missing'],
  ['a dashboard that nobody names', { 'dashboards/x.json': '{}' }, 'dashboards/x.json is not in plugin.json'],
  [
    'a nested plugin that nobody names',
    { 'datasource/plugin.json': '{}' },
    'datasource/plugin.json is not in plugin.json',
  ],
  [
    'a data source without code',
    { ...withInclude('datasource', 'datasource/plugin.json'), 'datasource/plugin.json': nested },
    'datasource/module.js is missing',
  ],
  [
    'a nested plugin that is no data source',
    { ...withInclude('datasource', 'datasource/plugin.json'), 'datasource/plugin.json': '{"type":"panel"}' },
    'datasource/plugin.json is of no data source',
  ],
  ['a script that calls home', { '8.js': 'fetch("https://elsewhere.example/x")' }, '8.js names elsewhere.example'],
  ['a route for every method', withRoute({ method: undefined }), /allows every method/],
  ['a viewer who may write', withRoute({ method: 'POST' }), 'route read lets a Viewer POST /api/v1'],
  ['a route to anywhere', withRoute({ url: 'https://elsewhere' }), /configured API/],
  [
    'a token in an address',
    withRoute({ url: '{{ .JsonData.apiUrl }}/?key={{ .SecureJsonData.apiToken }}' }),
    /token in its address/,
  ],
  ['a template for a README', { 'README.md': 'This is a template '.repeat(60) }, /a template/],
  ['a change nobody wrote down', { 'CHANGELOG.md': '# Changelog' }, /no "## 1\.2\.3"/],
  [
    'a link that is only announced',
    withManifest({ extensions: { addedLinks: [{ title: 'Open', description: 'it' }] } }),
    'module.js registers no "Open"',
  ],
  ['a module of another kind', { 'module.js': 'export {}' }, /define\(\[/],
  [
    'a library Grafana does not share',
    { 'module.js': entry.replace('["i18next"', '["left-pad","i18next"') },
    'left-pad is not shared by Grafana 12.4',
  ],
  [
    'a jsx runtime of its own',
    { 'module.js': entry.replace(',"react/jsx-runtime"', '') },
    'react/jsx-runtime is not asked for',
  ],
  [
    'a React of its own',
    { '7.js': 'VizPanel __CLIENT_INTERNALS_DO_NOT_USE'.padEnd(100_000) },
    '7.js holds a React of its own',
  ],
  ['eval', { '7.js': 'VizPanel eval(x)'.padEnd(100_000) }, /7\.js has/],
  ['a heavy entry', { 'module.js': entry.padEnd(16 * 1024) }, /module\.js has 16384 bytes/],
  ['a heavy page', { '8.js': ''.padEnd(61 * 1024), '8.js.map': '{}' }, /8\.js has 62464 bytes/],
  ['Scenes too heavy', { '7.js': 'VizPanel'.padEnd(521 * 1024) }, /7\.js with Scenes/],
  ['Scenes nowhere', { '7.js': 'x' }, '0 chunks hold Scenes'],
  ['a script without its map', { '7.js.map': undefined }, '7.js.map is missing'],
])('%s is found', (_, change, mistake) => {
  expect(broken(plugin(change))).toEqual(
    expect.arrayContaining([typeof mistake === 'string' ? mistake : expect.stringMatching(mistake)]),
  );
});
