import type { JsonObject, LintFinding } from './finding.ts';

/** One thing that Datadog would refuse, or would take and show nothing for. One file each in `rules/`. */
export interface LintRule {
  readonly name: string;
  readonly about: 'dashboard' | 'monitor';
  check(file: JsonObject): readonly LintFinding[];
}
