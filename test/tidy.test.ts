import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, importsOf, ROOT, read, resolveImport } from './repository.ts';

/** Floors: a package may import packages of lower floors only. */
const FLOORS: Readonly<Record<string, number>> = {
  usage: 0,
  spans: 1,
  pricing: 1,
  insight: 1,
  quota: 1,
  instrumentation: 2,
  collector: 2,
  dashboards: 2,
  datadog: 2,
  demo: 3,
  cli: 4,
};

/** Folders of parts, each with the list that makes them one. Adding one is one file and one line here. */
const LISTS = [
  'packages/usage/src/sources/index.ts',
  'packages/pricing/src/import-cards/index.ts',
  'packages/instrumentation/src/providers/index.ts',
  'packages/spans/src/dialects/index.ts',
  'packages/demo/src/simulator/apis/index.ts',
  'packages/demo/src/app/features/index.ts',
  'packages/cli/src/commands/index.ts',
  'packages/cli/src/commands/cards/index.ts',
  'packages/cli/src/commands/quota/index.ts',
  'packages/cli/src/commands/datadog/index.ts',
  'packages/cli/src/commands/collector/index.ts',
  'packages/cli/src/export/schema/index.ts',
  'packages/collector/src/exports/focus/rules/index.ts',
  'packages/datadog/src/lint/rules/index.ts',
  'packages/datadog/src/monitors/index.ts',
  'packages/cli/src/commands/dashboards/index.ts',
  'packages/dashboards/src/prometheus/index.ts',
  'packages/dashboards/src/exact/index.ts',
  'packages/dashboards/src/lint/rules/index.ts',
  'packages/dashboards/src/alerts/index.ts',
];

const README_SECTIONS = ['Words', 'Invariants', 'Failures', 'Boundaries', 'Add one', 'Example'];

const packages = files('packages/*/package.json').map((file) => file.split('/')[1] as string);
const sources = files('packages/*/src/**/*.ts', 'packages/*/bench/**/*.ts', 'test/**/*.ts', '.dev/*.ts');
const shipped = sources.filter((file) => /^packages\/[^/]+\/src\//.test(file) && !/\.(test|contract)\.ts$/.test(file));
const documents = files('*.md', 'docs/**/*.md', 'packages/**/*.md', '.github/*.md');

describe('the floors', () => {
  test('every package has a floor', () => {
    expect(packages.filter((name) => FLOORS[name] === undefined)).toEqual([]);
  });

  test('imports between packages go down only', () => {
    const upward = shipped.flatMap((file) => {
      const from = file.split('/')[1] as string;
      return importsOf(file)
        .filter((specifier) => specifier.startsWith('@costspan/'))
        .map((specifier) => specifier.split('/')[1] as string)
        .filter((to) => to !== from && (FLOORS[to] ?? Number.POSITIVE_INFINITY) >= (FLOORS[from] ?? 0))
        .map((to) => `${file} imports ${to}`);
    });
    expect(upward).toEqual([]);
  });

  test('a package is imported by its name, never by a path into it', () => {
    const paths = sources.flatMap((file) => {
      const home = file.split('/').slice(0, 2).join('/');
      return importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => file.startsWith('packages/') && !resolveImport(file, specifier).startsWith(`${home}/`))
        .map((specifier) => `${file} imports ${specifier}`);
    });
    const deep = sources.flatMap((file) =>
      importsOf(file).filter((specifier) => /^@costspan\/[^/]+\/(src|dist)\//.test(specifier)),
    );
    expect([...paths, ...deep]).toEqual([]);
  });

  test('floors 0 and 1 know no clock, process, network or disk', () => {
    const impure = shipped
      .filter((file) => (FLOORS[file.split('/')[1] as string] ?? 9) < 2)
      .filter((file) =>
        /\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bfetch\(|\bMath\.random\(|from 'node:/.test(read(file)),
      );
    expect(impure).toEqual([]);
  });

  test('no file imports itself in a circle', () => {
    expect(circles(shipped)).toEqual([]);
  });
});

describe('lists', () => {
  test.each(LISTS)('%s lists every file beside it that is not a piece of another', (list) => {
    const parts = files(`${dirname(list)}/*.ts`).filter((file) => !/\.(test|contract|bench)\.ts$/.test(file));
    const used = new Set(parts.flatMap((file) => importsOf(file).map((specifier) => resolveImport(file, specifier))));
    expect(parts.filter((file) => file !== list && !used.has(file))).toEqual([]);
  });
});

describe('every package', () => {
  test.each(packages)('%s has a README with the sections of the house', (name) => {
    const headings = [...read(`packages/${name}/README.md`).matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(README_SECTIONS);
  });

  test.each(packages)('%s names its licence, its files and one public door', (name) => {
    const manifest = JSON.parse(read(`packages/${name}/package.json`)) as Record<string, unknown>;
    expect(manifest).toMatchObject({ name: `@costspan/${name}`, license: 'Apache-2.0', type: 'module' });
    expect(manifest['files']).toContain('dist');
    expect(existsSync(join(ROOT, `packages/${name}/src/index.ts`))).toBe(true);
  });

  test.each(packages)('%s exports names, never everything and never a default', (name) => {
    expect(read(`packages/${name}/src/index.ts`)).not.toMatch(/export \*|export default/);
  });

  test('third-party libraries are pinned', () => {
    const loose = ['package.json', ...packages.map((name) => `packages/${name}/package.json`)].flatMap((file) => {
      const manifest = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>;
      return Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })
        .filter(([, version]) => !/^(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([library, version]) => `${file}: ${library} ${version}`);
    });
    expect(loose).toEqual([]);
  });
});

describe('text', () => {
  test('no drawer for everything', () => {
    expect(sources.filter((file) => /(^|\/)(utils?|helpers?|common|shared|misc)(\/|\.ts$)/.test(file))).toEqual([]);
  });

  test('nothing is left for later in the code', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3), '.on' + 'ly('];
    expect(sources.filter((file) => words.some((word) => read(file).includes(word)))).toEqual([]);
  });

  test('the repository names no path of a machine', () => {
    const everything = [
      ...sources,
      ...documents,
      ...files('packages/*/package.json', 'package.json', '.ci/run', '.dev/*.{ts,mjs}'),
    ];
    expect(everything.filter((file) => /(^|[^\w.])\/(work|root|home\/\w+)\//.test(read(file)))).toEqual([]);
  });

  test('a path named in a document exists', () => {
    const lost = documents.flatMap((file) =>
      [...read(file).matchAll(/`((?:packages|test|docs|dashboards|\.dev|\.ci)\/[\w./-]+)`/g)]
        .map((match) => match[1] as string)
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${file}: ${path}`),
    );
    expect(lost).toEqual([]);
  });

  test.each(documents)('%s has one title, and its links lead somewhere', (file) => {
    const text = read(file).replace(/```[\s\S]*?```/g, '');
    expect(text.match(/^# /gm)).toHaveLength(1);
    const dead = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] as string)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(file), target)));
    expect(dead).toEqual([]);
  });
});

/** Import circles among the given files, each as the path that closes it. Type-only imports do not run and do not count. */
function circles(among: readonly string[]): string[] {
  const edges = new Map(
    among.map((file) => [
      file,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.') && !isTypeOnly(file, specifier))
        .map((specifier) => resolveImport(file, specifier)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of among) walk(file, []);
  return found;
}

function isTypeOnly(file: string, specifier: string): boolean {
  const escaped = specifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return !new RegExp(`(import|export) (?!type\\b)[^;]*?from ['"]${escaped}['"]|import ['"]${escaped}['"]`).test(
    read(file),
  );
}
