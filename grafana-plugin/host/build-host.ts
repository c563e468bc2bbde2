// Builds the host page: what the browser loads instead of Grafana.
//   build-host.ts                 with the libraries of this project, into host/dist
//   build-host.ts <version>       with those of host/versions/<version>, into its dist
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const version = process.argv[2];
/** Where the libraries are installed. */
const home = version === undefined ? join(import.meta.dirname, '..') : join(import.meta.dirname, 'versions', version);
const out = join(version === undefined ? import.meta.dirname : home, 'dist');

/** Answers to any use with itself, so that what is set up with it while modules load does no harm. */
const NOTHING = `const nothing = new Proxy(function () {}, {
  get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.iterator ? [][name] : nothing),
  apply: () => nothing,
  construct: () => nothing,
});
export default nothing;
`;

/** What components of @grafana/ui need that no page of ours shows. It is large. */
const UNUSED = [
  // Code editors and maps.
  'monaco-editor',
  '@monaco-editor/react',
  'ol',
  '@uiw/react-codemirror',
  '@codemirror/[\\w-]+',
  '@lezer/[\\w-]+',
  // The query field.
  'slate',
  'slate-react',
  'slate-plain-serializer',
  'prismjs',
  // Lists that are sorted by hand, places to drop files, cascades, pickers of colours, the older table, texts that are cut off.
  '@hello-pangea/dnd',
  'react-dropzone',
  '@rc-component/cascader',
  'react-colorful',
  'react-table',
  'react-dom/server',
];

rmSync(out, { recursive: true, force: true });
const options: BuildOptions = {
  entryPoints: { host: join(import.meta.dirname, 'src/host.tsx') },
  outdir: out,
  bundle: true,
  // One file: whoever opens a page waits for all of it anyway, and parts would be asked for one after the other.
  format: 'esm',
  minify: true,
  metafile: true,
  target: 'es2022',
  jsx: 'automatic',
  platform: 'browser',
  mainFields: ['browser', 'module', 'main'],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
  loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl' },
  plugins: [leaveOut(), withoutMascot(), oneOfEach(), oneRouter(), fewerTimeZones(), librariesOf()],
  logLevel: 'error',
};
const { metafile } = await build(options);
copyIcons();
copyFonts();
writeFileSync(join(out, 'grafana-version.txt'), versionOf('@grafana/ui'));
const bytes = Object.entries(metafile?.outputs ?? {}).reduce((sum, [, { bytes }]) => sum + bytes, 0);
process.stdout.write(`host for ${versionOf('@grafana/ui')}: ${Math.round(bytes / 1024)} KiB in ${out}\n`);

function leaveOut(): Plugin {
  const unused = new RegExp(`^(${UNUSED.join('|')})(/|$)`);
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter: unused }, ({ path, importer }) => {
        const names = importedNames(readFileSync(importer, 'utf8'), path);
        return { path: `${path} ${names.join(' ')}`, namespace: 'left-out' };
      });
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => {
        const names = path
          .split(' ')
          .slice(1)
          .filter((name) => name !== '');
        return { contents: NOTHING + names.map((name) => `export { nothing as ${name} };\n`).join(''), loader: 'js' };
      });
    },
  };
}

/** What a source takes from a library by name. */
function importedNames(source: string, library: string): readonly string[] {
  const wanted = [...source.matchAll(/import\s+(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g)].filter(
    ([, , from]) => from === library,
  );
  return wanted
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim().split(/\s+as\s+/)[0] ?? ''))
    .filter((name) => /^\w+$/.test(name) && name !== 'default');
}

/** The pictures of EmptyState, as texts within scripts. */
function withoutMascot(): Plugin {
  return {
    name: 'without-mascot',
    setup(build) {
      build.onLoad({ filter: /\/EmptyState\/.*grot-[\w-]+\.svg\.mjs$/ }, () => ({
        contents: 'export default "<svg></svg>";\n',
        loader: 'js',
      }));
    },
  };
}

/** Each of Grafana's packages pins a lodash of its own; the newest of them does for all. */
function oneOfEach(): Plugin {
  return {
    name: 'one-of-each',
    setup(build) {
      build.onResolve({ filter: /^lodash$/ }, ({ kind }) =>
        build.resolve('lodash/lodash.js', { resolveDir: join(home, 'node_modules/@grafana/data'), kind }),
      );
    },
  };
}

/** @grafana/ui asks for the v5 compatibility package of React Router; the host runs on v6 alone. */
function oneRouter(): Plugin {
  return {
    name: 'one-router',
    setup(build) {
      build.onResolve({ filter: /^react-router-dom-v5-compat$/ }, ({ kind }) =>
        build.resolve('react-router-dom', { resolveDir: home, kind }),
      );
    },
  };
}

/** Ten years of time zones instead of all that is known of the past: a tenth of the size. */
function fewerTimeZones(): Plugin {
  return {
    name: 'fewer-time-zones',
    setup(build) {
      build.onResolve({ filter: /^moment-timezone$/ }, ({ kind }) =>
        build.resolve('moment-timezone/builds/moment-timezone-with-data-10-year-range.js', { resolveDir: home, kind }),
      );
    },
  };
}

/** The sources of the host take every library from `home`, wherever they themselves lie. */
function librariesOf(): Plugin {
  const sources = join(import.meta.dirname, 'src');
  return {
    name: 'libraries-of',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) =>
        importer.startsWith(sources) ? build.resolve(path, { resolveDir: home, kind }) : undefined,
      );
      build.onResolve({ filter: /^\.\.\/\.\.\/node_modules\// }, ({ path }) => ({
        path: join(home, path.slice('../../'.length)),
      }));
    },
  };
}

function copyIcons(): void {
  const from = join(home, 'node_modules/@grafana/ui/dist/public/img/icons');
  for (const kind of readdirSync(from)) {
    const to = join(out, 'public/build/img/icons', kind);
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(join(from, kind))) copyFileSync(join(from, kind, name), join(to, name));
  }
  const own = join(import.meta.dirname, 'icons');
  for (const name of readdirSync(own)) copyFileSync(join(own, name), join(out, 'public/build/img/icons/unicons', name));
}

/** Under the names that Grafana's style sheet asks for. */
function copyFonts(): void {
  const fonts = {
    'public/fonts/inter/Inter-Regular.woff2': '@fontsource/inter/files/inter-latin-400-normal.woff2',
    'public/fonts/roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2':
      '@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff2',
    'public/fonts/inter/Inter-Medium.woff2': '@fontsource/inter/files/inter-latin-500-normal.woff2',
  };
  for (const [to, from] of Object.entries(fonts)) {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    // Fonts are the same for every version, and are installed once.
    copyFileSync(join(import.meta.dirname, '../node_modules', from), join(out, to));
  }
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(home, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;
}
