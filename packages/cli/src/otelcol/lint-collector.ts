import { type CollectorFile, type CollectorPipeline, kindOf, readCollectorFile } from './collector-file.ts';
import { droppedAttributes } from './dropped-attributes.ts';

export interface CollectorFinding {
  readonly line: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What has happened to spans at some place of a pipeline. */
interface Passed {
  /** The first component that let some of them go; `undefined` while all are there. */
  readonly sampler: string | undefined;
  readonly isCosted: boolean;
}

const COST = 'costspan';
const SAMPLERS: ReadonlySet<string> = new Set(['tail_sampling', 'probabilistic_sampler']);
/** Makes of metrics, by their names now and before. */
const METRIC_MAKERS: ReadonlySet<string> = new Set([
  ...['signal_to_metrics', 'signaltometrics', 'span_metrics', 'spanmetrics', 'count', 'sum'],
]);
/** Exporters that take no differences. */
const CUMULATIVE: ReadonlySet<string> = new Set(['prometheus_remote_write', 'prometheusremotewrite']);
const TO_CUMULATIVE: ReadonlySet<string> = new Set(['delta_to_cumulative', 'deltatocumulative']);

/** Everything in a configuration that would lose money, by line. A file that is no YAML has the mistakes of its text. */
export function lintCollector(text: string): CollectorFinding[] {
  const file = readCollectorFile(text);
  if (!('pipelines' in file)) {
    return file.map(({ line, message }) => ({ line, code: 'YAML', message, remedy: 'correct the text' }));
  }
  const linter = new Linter(file);
  linter.run();
  return linter.findings.sort((a, b) => a.line - b.line);
}

class Linter {
  readonly findings: CollectorFinding[] = [];
  readonly #file: CollectorFile;
  readonly #passed = new Map<string, Passed>();

  constructor(file: CollectorFile) {
    this.#file = file;
  }

  run(): void {
    const { pipelines } = this.#file;
    if (pipelines.length === 0) {
      this.#find(
        ['service'],
        'PIPELINES_MISSING',
        'there is no pipeline',
        'write one with `costspan collector config`',
      );
      return;
    }
    const traces = pipelines.filter(({ name }) => kindOf(name) === 'traces');
    if (!traces.some(({ processors }) => processors.some(isCost))) {
      this.#find(
        ['service', 'pipelines'],
        'COST_MISSING',
        'no pipeline of traces has the processor costspan: no call gets a cost',
        'put costspan behind memory_limiter in the pipeline that receives traces',
      );
    }
    for (const pipeline of pipelines) this.#components(pipeline);
    for (const pipeline of traces) this.#traces(pipeline);
    for (const pipeline of pipelines.filter(({ name }) => kindOf(name) === 'metrics')) this.#metrics(pipeline);
    for (const name of new Set(pipelines.flatMap(({ exporters }) => exporters))) this.#exporter(name);
  }

  #components({ name, receivers, processors, exporters }: CollectorPipeline): void {
    for (const [section, list] of [
      ['receivers', receivers],
      ['processors', processors],
      ['exporters', exporters],
    ] as const) {
      for (const [at, component] of list.entries()) {
        const isDefined = (own: string) => this.#file.settings(own, component) !== undefined;
        if (isDefined(section) || (section !== 'processors' && isDefined('connectors'))) continue;
        this.#find(
          ['service', 'pipelines', name, section, at],
          'COMPONENT_UNDEFINED',
          `${component} in the pipeline ${name} is not defined`,
          `define it under ${section}, or the collector does not start`,
        );
      }
    }
    for (const [at, component] of processors.entries()) {
      if (isCost(component) && !this.#file.settings('processors', component)?.['cards']) {
        this.#find(
          ['processors', component],
          'CARDS_MISSING',
          `${component} names no cards`,
          'write them with `costspan cards compile --out cards.json` and set cards: cards.json',
        );
      }
      if (at > 0 && kindOf(component) === 'memory_limiter') {
        this.#find(
          ['service', 'pipelines', name, 'processors', at],
          'MEMORY_LIMITER_LATE',
          `memory_limiter stands behind ${processors[0]}: what it refuses has been worked on`,
          'put it first',
        );
      }
    }
    const isReceiving = receivers.some((one) => this.#file.settings('connectors', one) === undefined);
    if (isReceiving && !processors.some((one) => kindOf(one) === 'memory_limiter')) {
      this.#find(
        ['service', 'pipelines', name],
        'MEMORY_LIMITER_MISSING',
        `the pipeline ${name} has no memory_limiter: out of memory, the process is killed with every call it holds`,
        'put memory_limiter first among its processors',
      );
    }
  }

  #traces(pipeline: CollectorPipeline): void {
    let passed = this.#before(pipeline);
    const costAt = pipeline.processors.findIndex(isCost);
    for (const [at, component] of pipeline.processors.entries()) {
      const place = ['service', 'pipelines', pipeline.name, 'processors', at] as const;
      if (isCost(component) && passed.sampler !== undefined) {
        this.#find(
          place,
          'SAMPLER_BEFORE_COST',
          `${passed.sampler} stands before ${component}: the calls that it lets go have no cost and are in no total`,
          `put ${component} first and ${passed.sampler} behind everything that counts`,
        );
      }
      if (kindOf(component) === 'filter' && at < costAt) {
        this.#find(
          place,
          'FILTER_BEFORE_COST',
          `${component} stands before the cost: a call that it drops is in no total`,
          `put it behind ${pipeline.processors[costAt]}, or let it name no span with gen_ai.* attributes`,
        );
      }
      for (const { path, name } of droppedAttributes(
        component,
        this.#file.settings('processors', component) ?? {},
        passed.isCosted || at > costAt,
      )) {
        this.#find(
          ['processors', component, ...path],
          'ATTRIBUTES_DROPPED',
          `${component} takes ${name} away, which ${passed.isCosted ? 'the ledger and the dashboards read' : 'the cost is worked out from'}`,
          passed.isCosted ? 'keep costspan.* and gen_ai.*' : 'put it behind costspan, or keep gen_ai.* and costspan.*',
        );
      }
      passed = after(passed, component);
    }
    for (const [at, exporter] of pipeline.exporters.entries()) this.#outlet(pipeline, at, exporter, passed);
  }

  #outlet({ name }: CollectorPipeline, at: number, exporter: string, passed: Passed): void {
    const place = ['service', 'pipelines', name, 'exporters', at] as const;
    const isMaker = METRIC_MAKERS.has(kindOf(exporter)) && this.#file.settings('connectors', exporter) !== undefined;
    const isLedger = /costspan/.test(exporter);
    if (!isMaker && !isLedger) return;
    const what = isMaker ? 'its metrics' : 'the ledger';
    if (passed.sampler !== undefined) {
      this.#find(
        place,
        isMaker ? 'METRICS_AFTER_SAMPLING' : 'LEDGER_AFTER_SAMPLING',
        `${exporter} comes after ${passed.sampler}: ${what} lacks what was sampled away`,
        `feed ${exporter} from the pipeline before ${passed.sampler}, through a forward connector`,
      );
    }
    if (isMaker && !passed.isCosted) {
      this.#find(
        place,
        'METRICS_BEFORE_COST',
        `${exporter} counts spans that have no cost yet`,
        'put costspan among the processors of the pipeline that feeds it',
      );
    }
  }

  #metrics({ name, receivers, processors, exporters }: CollectorPipeline): void {
    if (!receivers.some((one) => METRIC_MAKERS.has(kindOf(one)))) return;
    if (processors.some((one) => TO_CUMULATIVE.has(kindOf(one)))) return;
    for (const [at, exporter] of exporters.entries()) {
      if (!CUMULATIVE.has(kindOf(exporter))) continue;
      this.#find(
        ['service', 'pipelines', name, 'exporters', at],
        'DELTA_DROPPED',
        `${exporter} takes totals and gets differences, which it drops`,
        'put delta_to_cumulative among the processors of this pipeline',
      );
    }
  }

  #exporter(name: string): void {
    const settings = this.#file.settings('exporters', name);
    for (const [key, code, what] of [
      ['retry_on_failure', 'RETRY_OFF', 'tries once: what a backend refuses for a moment is lost'],
      ['sending_queue', 'QUEUE_OFF', 'has no queue: while a backend is away its calls are refused'],
    ] as const) {
      const section = settings?.[key];
      if (typeof section !== 'object' || section === null || !('enabled' in section) || section.enabled !== false)
        continue;
      this.#find(['exporters', name, key, 'enabled'], code, `${name} ${what}`, `set ${key}.enabled to true`);
    }
  }

  /** What has happened to spans before a pipeline gets them: what happened in every pipeline that feeds it. */
  #before({ receivers }: CollectorPipeline): Passed {
    const feeders = this.#file.pipelines.filter(({ exporters }) => exporters.some((one) => receivers.includes(one)));
    const hasOwn = receivers.some((one) => this.#file.settings('connectors', one) === undefined);
    const all = feeders.map((pipeline) => this.#throughout(pipeline));
    return {
      sampler: all.find(({ sampler }) => sampler !== undefined)?.sampler,
      isCosted: !hasOwn && all.length > 0 && all.every(({ isCosted }) => isCosted),
    };
  }

  #throughout(pipeline: CollectorPipeline): Passed {
    const known = this.#passed.get(pipeline.name);
    if (known !== undefined) return known;
    // Against circles, which the collector itself refuses.
    this.#passed.set(pipeline.name, { sampler: undefined, isCosted: false });
    const passed = pipeline.processors.reduce(after, this.#before(pipeline));
    this.#passed.set(pipeline.name, passed);
    return passed;
  }

  #find(place: readonly (string | number)[], code: string, message: string, remedy: string): void {
    this.findings.push({ line: this.#file.lineOf(...place), code, message, remedy });
  }
}

function after(passed: Passed, component: string): Passed {
  return {
    sampler: passed.sampler ?? (SAMPLERS.has(kindOf(component)) ? component : undefined),
    isCosted: passed.isCosted || isCost(component),
  };
}

function isCost(component: string): boolean {
  return kindOf(component) === COST;
}
