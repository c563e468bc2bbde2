import { posix } from 'node:path';

/** A built plugin, or what a zip of it holds: contents by path inside the plugin's folder. */
export type BuiltPlugin = ReadonlyMap<string, Buffer>;

export interface Rule {
  readonly name: string;
  /** What is wrong, one sentence each; nothing when all is well. */
  readonly check: (plugin: BuiltPlugin) => readonly string[];
}

const KIB = 1024;
const ENTRY_BYTES_MAX = 15 * KIB;
const PAGE_CHUNK_BYTES_MAX = 60 * KIB;
const SCENES_CHUNK_BYTES_MAX = 520 * KIB;
const SHARED = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'i18next',
  'lodash',
  'module',
  'moment',
  'react',
  'react-dom',
  'react-router',
  'react/jsx-runtime',
  'redux',
  'rxjs',
];
const LICENCES = /Apache License|MIT License|BSD|GNU (LESSER |AFFERO )?GENERAL PUBLIC LICENSE/i;
const SVG_ELEMENTS = new Set([
  'svg',
  'g',
  'path',
  'rect',
  'circle',
  'line',
  'polygon',
  'polyline',
  'defs',
  'linearGradient',
  'stop',
  'title',
  'desc',
  'clipPath',
  'mask',
  'ellipse',
]);
/** Names of this machine and of examples, of XML, and where a library tells who it is. */
const HOSTS = new Set(['127.0.0.1', 'localhost', 'costspan', 'www.w3.org', 'github.com']);
/** Only what a viewer may do is a viewer's; everything that writes is an admin's. */
const VIEWER_ROUTES = new Set(['GET /api/v1', 'POST /api/v1/usage']);

interface Manifest {
  readonly id?: string;
  readonly type?: string;
  readonly name?: string;
  readonly info?: {
    readonly description?: string;
    readonly keywords?: readonly string[];
    readonly version?: string;
    readonly updated?: string;
    readonly logos?: { readonly small?: string; readonly large?: string };
    readonly screenshots?: readonly { readonly path: string; readonly name: string }[];
    readonly links?: readonly { readonly url: string }[];
    readonly author?: { readonly name?: string };
  };
  readonly includes?: readonly {
    readonly type: string;
    readonly name: string;
    readonly path?: string;
    readonly role?: string;
    readonly defaultNav?: boolean;
  }[];
  readonly routes?: readonly {
    readonly path: string;
    readonly method?: string;
    readonly url: string;
    readonly reqRole?: string;
    readonly headers?: readonly { readonly content: string }[];
  }[];
  readonly dependencies?: { readonly grafanaDependency?: string };
  readonly extensions?: { readonly addedLinks?: readonly { readonly title: string; readonly description: string }[] };
}

/** What can be checked of Grafana's validator without asking anybody, and our own budgets. */
export const PLUGIN_RULES: readonly Rule[] = [
  {
    name: 'plugin.json, module.js, README, CHANGELOG and LICENSE are there',
    check: (plugin) => missing(plugin, ['plugin.json', 'module.js', 'README.md', 'CHANGELOG.md', 'LICENSE']),
  },
  {
    name: 'the id says who and what it is',
    check: (plugin) =>
      unless(/^[0-9a-z]+-([0-9a-z]+-)?app$/.test(manifestOf(plugin).id ?? ''), 'id is not <organisation>-<name>-app'),
  },
  { name: 'it is an app', check: (plugin) => unless(manifestOf(plugin).type === 'app', 'type is not app') },
  {
    name: 'it has a name and an author',
    check: (plugin) =>
      unless(
        (manifestOf(plugin).name ?? '') !== '' && (manifestOf(plugin).info?.author?.name ?? '') !== '',
        'name or author is empty',
      ),
  },
  {
    name: 'it has a description and keywords',
    check: (plugin) =>
      unless(
        (manifestOf(plugin).info?.description ?? '').length >= 20 &&
          (manifestOf(plugin).info?.keywords?.length ?? 0) > 0,
        'description or keywords are missing',
      ),
  },
  {
    name: 'version and date are filled in',
    check: (plugin) =>
      unless(
        /^\d+\.\d+\.\d+/.test(manifestOf(plugin).info?.version ?? '') &&
          /^\d{4}-\d\d-\d\d$/.test(manifestOf(plugin).info?.updated ?? ''),
        'info.version or info.updated is not filled in',
      ),
  },
  {
    name: 'it works with pre-releases of the oldest Grafana',
    check: (plugin) =>
      unless(
        /^>=\d+\.\d+\.\d+-0$/.test(manifestOf(plugin).dependencies?.grafanaDependency ?? ''),
        'grafanaDependency is not >=x.y.z-0',
      ),
  },
  { name: 'logos and screenshots are there', check: (plugin) => missing(plugin, picturesOf(plugin)) },
  {
    name: 'pictures are harmless',
    check: (plugin) =>
      [...plugin]
        .filter(([path]) => path.endsWith('.svg'))
        .flatMap(([path, body]) => svgMistakes(path, body.toString('utf8'))),
  },
  {
    name: 'links are https',
    check: (plugin) =>
      (manifestOf(plugin).info?.links ?? [])
        .filter(({ url }) => !url.startsWith('https://'))
        .map(({ url }) => `${url} is not https`),
  },
  { name: 'each page has an address and a role, and one is the first', check: pageMistakes },
  { name: 'each dashboard and data source that it includes is there, and no other', check: includeMistakes },
  { name: 'who may only look can only look', check: routeMistakes },
  { name: 'the token is only ever in a header of a route', check: secretMistakes },
  { name: 'README and CHANGELOG are about this plugin and this version', check: textMistakes },
  {
    name: 'the licence is one that Grafana takes',
    check: (plugin) => unless(LICENCES.test(textOf(plugin, 'LICENSE')), 'LICENSE is none that Grafana takes'),
  },
  {
    name: 'each link that is announced is registered',
    check: (plugin) =>
      (manifestOf(plugin).extensions?.addedLinks ?? [])
        .flatMap(({ title, description }) => [title, description])
        .filter((text) => !textOf(plugin, 'module.js').includes(text))
        .map((text) => `module.js registers no "${text}"`),
  },
  {
    name: 'module.js is an AMD module',
    check: (plugin) =>
      unless(/(^|\n)define\(\[/.test(textOf(plugin, 'module.js')), 'module.js does not begin with define(['),
  },
  {
    name: 'it asks Grafana for what Grafana shares, and for nothing else',
    check: (plugin) =>
      externalsOf(plugin)
        .filter((name) => !SHARED.includes(name))
        .map((name) => `${name} is not shared by Grafana 12.4`),
  },
  { name: 'it asks for React and brings none', check: reactMistakes },
  {
    name: 'every script has its source map',
    check: (plugin) =>
      missing(
        plugin,
        scriptsOf(plugin)
          .filter((path) => !isTexts(textOf(plugin, path)))
          .map((path) => `${path}.map`),
      ),
  },
  {
    name: 'scripts track nobody and run no text',
    check: (plugin) => scriptsOf(plugin).flatMap((path) => unsafeWords(path, textOf(plugin, path))),
  },
  {
    name: 'scripts name no address of anybody',
    check: (plugin) => scriptsOf(plugin).flatMap((path) => strangeAddresses(path, textOf(plugin, path))),
  },
  {
    name: `module.js is at most ${ENTRY_BYTES_MAX / KIB} KiB`,
    check: (plugin) =>
      unless(
        (plugin.get('module.js')?.length ?? 0) <= ENTRY_BYTES_MAX,
        `module.js has ${plugin.get('module.js')?.length} bytes`,
      ),
  },
  {
    name: `one chunk holds Scenes, at most ${SCENES_CHUNK_BYTES_MAX / KIB} KiB; every other at most ${PAGE_CHUNK_BYTES_MAX / KIB} KiB`,
    check: chunkMistakes,
  },
];

function manifestOf(plugin: BuiltPlugin): Manifest {
  try {
    return JSON.parse(textOf(plugin, 'plugin.json')) as Manifest;
  } catch {
    return {};
  }
}

function textOf(plugin: BuiltPlugin, path: string): string {
  return plugin.get(path)?.toString('utf8') ?? '';
}

function unless(isWell: boolean, otherwise: string): readonly string[] {
  return isWell ? [] : [otherwise];
}

function missing(plugin: BuiltPlugin, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !plugin.has(posix.normalize(path))).map((path) => `${path} is missing`);
}

function scriptsOf(plugin: BuiltPlugin): readonly string[] {
  return [...plugin.keys()].filter((path) => path.endsWith('.js'));
}

/** A chunk that is nothing but the texts of a language: there is no source to map to. */
function isTexts(script: string): boolean {
  return /^[^(]*\(self\.[^{]*\{\d+\((\w)\)\{\1\.exports=JSON\.parse\(/.test(script);
}

function externalsOf(plugin: BuiltPlugin): readonly string[] {
  const list = /define\((\[[^\]]*\])/.exec(textOf(plugin, 'module.js'))?.[1];
  return list === undefined ? [] : (JSON.parse(list) as string[]);
}

function picturesOf(plugin: BuiltPlugin): readonly string[] {
  const { logos, screenshots = [] } = manifestOf(plugin).info ?? {};
  return [
    logos?.small ?? 'info.logos.small',
    logos?.large ?? 'info.logos.large',
    ...screenshots.map(({ path }) => path),
  ];
}

function svgMistakes(path: string, svg: string): readonly string[] {
  const elements = [...svg.matchAll(/<([A-Za-z][\w:]*)/g)].map((match) => match[1] as string);
  const strange = elements
    .filter((element) => !SVG_ELEMENTS.has(element))
    .map((element) => `${path} has a <${element}>`);
  return [...strange, ...unless(!/\son\w+=|href=|url\(\s*['"]?https?:/.test(svg), `${path} runs or loads something`)];
}

function pageMistakes(plugin: BuiltPlugin): readonly string[] {
  const { id = '', includes = [] } = manifestOf(plugin);
  const pages = includes.filter(({ type }) => type === 'page');
  const astray = pages.filter(({ path = '' }) => !path.startsWith(`/a/${id}/`) && path !== `/plugins/${id}`);
  return [
    ...astray.map(({ name, path }) => `page ${name} is at ${path}`),
    ...pages.filter(({ role }) => role === undefined).map(({ name }) => `page ${name} names no role`),
    ...unless(pages.filter(({ defaultNav }) => defaultNav === true).length === 1, 'not exactly one page is the first'),
  ];
}

function includeMistakes(plugin: BuiltPlugin): readonly string[] {
  const includes = manifestOf(plugin).includes ?? [];
  const named = (wanted: string): string[] =>
    includes.filter(({ type }) => type === wanted).map(({ path = '' }) => posix.normalize(path));
  const dashboards = named('dashboard');
  const sources = named('datasource');
  const brought = [...plugin.keys()];
  return [
    ...missing(plugin, [...dashboards, ...sources]),
    ...brought
      .filter((path) => path.startsWith('dashboards/') && !dashboards.includes(path))
      .map((path) => `${path} is not in plugin.json`),
    ...brought
      .filter((path) => path.endsWith('/plugin.json') && !sources.includes(path))
      .map((path) => `${path} is not in plugin.json`),
    ...sources.flatMap((path) => nestedMistakes(plugin, path)),
  ];
}

/** A nested data source is a plugin of its own in a folder of this one. */
function nestedMistakes(plugin: BuiltPlugin, path: string): readonly string[] {
  if (!plugin.has(path)) return [];
  const folder = posix.dirname(path);
  const { id = '', type, info } = JSON.parse(textOf(plugin, path)) as Manifest;
  const pictures = [info?.logos?.small, info?.logos?.large].map((logo) => posix.join(folder, logo ?? 'info.logos'));
  return [
    ...unless(type === 'datasource' && /^[0-9a-z]+-([0-9a-z]+-)?datasource$/.test(id), `${path} is of no data source`),
    ...unless(!/%(VERSION|TODAY)%/.test(textOf(plugin, path)), `${path} has an unfilled place`),
    ...missing(plugin, [`${folder}/module.js`, ...pictures]),
  ];
}

function routeMistakes(plugin: BuiltPlugin): readonly string[] {
  return (manifestOf(plugin).routes ?? []).flatMap(({ path, method, url, reqRole }) => {
    const target = url.replace(/^\{\{\s*\.JsonData\.apiUrl\s*\}\}/, '');
    return [
      ...unless(target !== url, `route ${path} does not lead to the configured API`),
      ...unless(method !== undefined && method !== '*', `route ${path} allows every method`),
      ...unless(
        reqRole === 'Admin' || VIEWER_ROUTES.has(`${method} ${target}`),
        `route ${path} lets a ${reqRole ?? 'anybody'} ${method} ${target}`,
      ),
    ];
  });
}

function secretMistakes(plugin: BuiltPlugin): readonly string[] {
  const { routes = [] } = manifestOf(plugin);
  const inAddress = routes
    .filter(({ url }) => url.includes('SecureJsonData'))
    .map(({ path }) => `route ${path} has the token in its address`);
  const without = routes.filter(
    ({ headers = [] }) => !headers.some(({ content }) => content === 'Bearer {{ .SecureJsonData.apiToken }}'),
  );
  return [...inAddress, ...without.map(({ path }) => `route ${path} sends no token`)];
}

function textMistakes(plugin: BuiltPlugin): readonly string[] {
  const readme = textOf(plugin, 'README.md');
  const version = manifestOf(plugin).info?.version ?? '?';
  return [
    ...unless(
      readme.length > 500 && !/This is a template|\byarn\b|docker compose up --build/i.test(readme),
      'README.md is empty, a template or for developers',
    ),
    ...unless(!/%(VERSION|TODAY|PLUGIN_ID)%/.test(readme), 'README.md has an unfilled place'),
    ...unless(textOf(plugin, 'CHANGELOG.md').includes(`## ${version}`), `CHANGELOG.md has no "## ${version}"`),
  ];
}

function reactMistakes(plugin: BuiltPlugin): readonly string[] {
  const asked = externalsOf(plugin);
  const brought = scriptsOf(plugin).filter((path) =>
    /__SECRET_INTERNALS_DO_NOT_USE|__CLIENT_INTERNALS_DO_NOT_USE|Symbol\.for\("react\.transitional\.element"\)/.test(
      textOf(plugin, path),
    ),
  );
  return [
    ...['react', 'react-dom', 'react/jsx-runtime', 'react-router', 'i18next']
      .filter((name) => !asked.includes(name))
      .map((name) => `${name} is not asked for`),
    ...brought.map((path) => `${path} holds a React of its own`),
  ];
}

function unsafeWords(path: string, script: string): readonly string[] {
  const words = [/\beval\(/, /\bnew Function\(/, /google-analytics|googletagmanager|segment\.(io|com)|mixpanel/];
  return words.filter((word) => word.test(script)).map((word) => `${path} has ${word.source}`);
}

function strangeAddresses(path: string, script: string): readonly string[] {
  const hosts = [...script.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1] as string);
  return [...new Set(hosts)].filter((host) => !HOSTS.has(host)).map((host) => `${path} names ${host}`);
}

function chunkMistakes(plugin: BuiltPlugin): readonly string[] {
  const chunks = scriptsOf(plugin).filter((path) => path !== 'module.js');
  const large = chunks.filter((path) => (plugin.get(path)?.length ?? 0) > PAGE_CHUNK_BYTES_MAX);
  const scenes = large.filter((path) => textOf(plugin, path).includes('VizPanel'));
  return [
    ...large.filter((path) => !scenes.includes(path)).map((path) => `${path} has ${plugin.get(path)?.length} bytes`),
    ...scenes
      .filter((path) => (plugin.get(path)?.length ?? 0) > SCENES_CHUNK_BYTES_MAX)
      .map((path) => `${path} with Scenes has ${plugin.get(path)?.length} bytes`),
    ...unless(scenes.length === 1, `${scenes.length} chunks hold Scenes`),
  ];
}
