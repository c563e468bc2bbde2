import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lintCollector } from '../../otelcol/lint-collector.ts';
import { runCommand } from '../../run-command.contract.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-collector-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const TARGETS = {
  costspan: ['--costspan', 'http://costspan:4318'],
  tempo: ['--tempo', 'tempo:4317'],
  prometheus: ['--prometheus', 'http://mimir/otlp'],
  datadog: ['--datadog', 'agent:4317'],
} as const;

async function configFor(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runCommand(['collector', 'config', ...args]);
  expect(err).toBe('');
  expect(code).toBe(0);
  return out;
}

/** A sound configuration, as text in which a test breaks one thing. */
const SOUND = await configFor(...Object.values(TARGETS).flat(), '--sample', '10');

describe('what is written', () => {
  const names = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
  const subsets = names.flatMap((_, at) => names.slice(at).map((_name, length) => names.slice(at, at + length + 1)));

  test.each(subsets.map((list) => [list.join(' and '), list] as const))(
    'for %s the linter finds nothing',
    async (_, list) => {
      for (const sample of ['100', '10']) {
        const text = await configFor(...list.flatMap((name) => TARGETS[name]), '--sample', sample);
        expect(lintCollector(text)).toEqual([]);
      }
    },
  );

  test('the cost comes before the ledger, the metrics and the sampling', () => {
    expect(SOUND).toMatch(
      /processors: \[memory_limiter, costspan, batch\]\n {6}exporters: \[otlp_http\/costspan, signal_to_metrics, forward\/backends\]/,
    );
    expect(SOUND).toMatch(/receivers: \[forward\/backends\]\n {6}processors: \[tail_sampling\]/);
  });

  test('whoever names no target is told which there are', async () => {
    const { code, err } = await runCommand(['collector', 'config']);
    expect(code).not.toBe(0);
    expect(err).toContain('--costspan');
  });

  test.each(['0', '101', 'ten', ''])('a sample of "%s" percent is refused', async (sample) => {
    expect((await runCommand(['collector', 'config', ...TARGETS.tempo, '--sample', sample])).code).toBe(2);
  });
});

describe('what loses money is found', () => {
  const cases: readonly (readonly [what: string, code: string, from: string | RegExp, to: string])[] = [
    [
      'a sampler before the cost',
      'SAMPLER_BEFORE_COST',
      '[memory_limiter, costspan, batch]',
      '[memory_limiter, tail_sampling, costspan]',
    ],
    [
      'metrics after sampling',
      'METRICS_AFTER_SAMPLING',
      'exporters: [otlp_grpc/tempo, ',
      'exporters: [signal_to_metrics, ',
    ],
    [
      'a ledger after sampling',
      'LEDGER_AFTER_SAMPLING',
      'exporters: [otlp_grpc/tempo, ',
      'exporters: [otlp_http/costspan, ',
    ],
    ['no cost at all', 'COST_MISSING', '[memory_limiter, costspan, batch]', '[memory_limiter, batch]'],
    [
      'metrics of spans without a cost',
      'METRICS_BEFORE_COST',
      '[memory_limiter, costspan, batch]',
      '[memory_limiter, batch]',
    ],
    ['no memory limiter', 'MEMORY_LIMITER_MISSING', '[memory_limiter, costspan, batch]', '[costspan, batch]'],
    [
      'a memory limiter that comes late',
      'MEMORY_LIMITER_LATE',
      '[memory_limiter, costspan, batch]',
      '[batch, memory_limiter, costspan]',
    ],
    [
      'retry switched off',
      'RETRY_OFF',
      'retry_on_failure: { enabled: true, max_elapsed_time: 0 }',
      'retry_on_failure: { enabled: false }',
    ],
    ['no queue', 'QUEUE_OFF', 'sending_queue: { enabled: true }', 'sending_queue: { enabled: false }'],
    ['no cards', 'CARDS_MISSING', /cards: .*/, 'class_costs: true'],
    [
      'a component that is not there',
      'COMPONENT_UNDEFINED',
      '[memory_limiter, costspan, batch]',
      '[memory_limiter, costspan, btach]',
    ],
    [
      'a filter before the cost',
      'FILTER_BEFORE_COST',
      '[memory_limiter, costspan, batch]',
      '[memory_limiter, filter, costspan]',
    ],
    [
      'differences to an exporter of totals',
      'DELTA_DROPPED',
      'processors: [delta_to_cumulative]\n      exporters: [otlp_http/prometheus]',
      'processors: []\n      exporters: [prometheus_remote_write]',
    ],
  ];

  test.each(cases)('%s', (_, code, from, to) => {
    const broken = SOUND.replace(from, to);
    expect(broken).not.toBe(SOUND);
    expect(lintCollector(broken).map((finding) => finding.code)).toContain(code);
  });

  const droppers: readonly (readonly [what: string, lines: readonly string[]])[] = [
    [
      'an attributes processor that deletes the model',
      ['attributes:', '  actions: [{ key: gen_ai.request.model, action: delete }]'],
    ],
    ['one that hashes by a pattern', ['attributes:', '  actions: [{ pattern: "^gen_ai[.]", action: hash }]']],
    ['a redaction that does not allow them', ['redaction:', '  allowed_keys: [http.route]']],
    [
      'a statement that keeps others',
      ['transform:', '  trace_statements:', `    - 'keep_keys(span.attributes, ["http.route"])'`],
    ],
    [
      'a statement in a group',
      [
        'transform:',
        '  trace_statements:',
        '    - context: span',
        `      statements: ['delete_matching_keys(attributes, "^gen_ai")']`,
      ],
    ],
  ];

  test.each(droppers)('%s, before the cost and behind it', (_, lines) => {
    const name = (lines[0] as string).replace(':', '');
    const defined = SOUND.replace('processors:\n', `processors:\n${lines.map((line) => `  ${line}\n`).join('')}`);
    const codes = (text: string) => lintCollector(text).map((finding) => finding.code);
    expect(codes(defined.replace('[memory_limiter, costspan,', `[memory_limiter, ${name}, costspan,`))).toContain(
      'ATTRIBUTES_DROPPED',
    );
    const behind = codes(defined.replace('costspan, batch]', `costspan, ${name}, batch]`));
    // Behind the cost the model may go; what says the cost may not.
    expect(behind.includes('ATTRIBUTES_DROPPED')).toBe(/allow|keep/.test(lines.join()));
  });

  test('all mistakes are said at once, each with its line, in their order', async () => {
    const file = join(scratch, 'broken.yaml');
    const broken = SOUND.replace('[memory_limiter, costspan, batch]', '[tail_sampling, costspan]')
      .replace('sending_queue: { enabled: true }', 'sending_queue: { enabled: false }')
      .replace(/cards: .*/, 'class_costs: true');
    writeFileSync(file, broken);
    const { code, out } = await runCommand(['collector', 'lint', file, '--json']);
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { line: number; code: string }[] };
    const lineWith = (text: string) => broken.split('\n').findIndex((line) => line.includes(text)) + 1;
    expect(findings.map((finding) => [finding.code, finding.line])).toEqual(
      expect.arrayContaining([
        ['CARDS_MISSING', expect.any(Number)],
        ['QUEUE_OFF', lineWith('sending_queue: { enabled: false }')],
        ['SAMPLER_BEFORE_COST', lineWith('[tail_sampling, costspan]')],
        ['MEMORY_LIMITER_MISSING', expect.any(Number)],
        ['METRICS_AFTER_SAMPLING', expect.any(Number)],
      ]),
    );
    expect(findings.map(({ line }) => line)).toEqual(findings.map(({ line }) => line).sort((a, b) => a - b));
  });

  test('a text that is no YAML is a finding with its line', () => {
    expect(lintCollector('service: [\n')).toEqual([expect.objectContaining({ code: 'YAML' })]);
    expect(lintCollector('').map(({ code }) => code)).toEqual(['PIPELINES_MISSING']);
  });

  test('what sampling does is followed through connectors', () => {
    const text = SOUND.replace('receivers: [otlp]', 'receivers: [forward/late]')
      .replace('connectors:\n', 'connectors:\n  forward/late:\n')
      .replace(
        '  pipelines:\n',
        '  pipelines:\n    traces/in:\n      receivers: [otlp]\n      processors: [memory_limiter, tail_sampling]\n      exporters: [forward/late]\n',
      );
    expect(lintCollector(text).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['SAMPLER_BEFORE_COST', 'LEDGER_AFTER_SAMPLING']),
    );
  });
});

test('a manifest that is not there is named', async () => {
  const { code, err } = await runCommand([
    'collector',
    'build',
    '--manifest',
    join(scratch, 'none.yaml'),
    '--out',
    join(scratch, 'out'),
  ]);
  expect(code).not.toBe(0);
  expect(err).toContain('none.yaml');
});
