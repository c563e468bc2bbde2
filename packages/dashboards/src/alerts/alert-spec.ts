/** An alert, from which both rule files are written. */
export interface AlertSpec {
  /** PascalCase with `Costspan` before it; its runbook is `docs/runbooks/` and the same in kebab-case. */
  readonly name: string;
  /** Yields a series for whatever is wrong, with a value above zero. */
  readonly expr: string;
  /** How long it must be so, as Prometheus writes it. */
  readonly for: string;
  readonly severity: 'warning' | 'critical';
  /** Labels that tell alerts of one name apart. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What happened, in one line. Go templates over `$labels` and `$value`. */
  readonly summary: string;
  /** What it means, in sentences. */
  readonly description: string;
}

export interface RecordingSpec {
  readonly record: string;
  readonly expr: string;
}

/** One file of rules, and one group in it. */
export interface AlertGroup {
  /** Name of the group and of its file. */
  readonly name: string;
  /** What it is about, as the first lines of the file. */
  readonly about: string;
  readonly records: readonly RecordingSpec[];
  readonly alerts: readonly AlertSpec[];
}

/** `docs/runbooks/costspan-cost-drift.md` */
export function runbookOf(name: string): string {
  return `docs/runbooks/${kebabCase(name)}.md`;
}

export function kebabCase(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
}
