import { checkSchema } from './check-schema.ts';
import { isJsonObject, type Json, type LintFinding } from './finding.ts';
import { LINT_RULES } from './rules/index.ts';

export type FileKind = 'dashboard' | 'monitor';

/** Every mistake of a dashboard or monitor that we would ship: the client's own shapes first, then what no shape can say. */
export function lintFile(value: unknown): {
  readonly kind: FileKind | undefined;
  readonly findings: readonly LintFinding[];
} {
  const kind = kindOf(value);
  if (kind === undefined || !isJsonObject(value)) {
    const message = 'neither a dashboard (widgets) nor a monitor (query)';
    return { kind: undefined, findings: [{ at: '(file)', code: 'KIND', message }] };
  }
  const findings = checkSchema(kind === 'dashboard' ? 'Dashboard' : 'Monitor', value as Json);
  for (const rule of LINT_RULES) if (rule.about === kind) findings.push(...rule.check(value));
  return { kind, findings };
}

/** What a file is, by what it must have. */
export function kindOf(value: unknown): FileKind | undefined {
  if (!isJsonObject(value)) return undefined;
  if ('widgets' in value || 'layout_type' in value) return 'dashboard';
  return 'query' in value || 'message' in value ? 'monitor' : undefined;
}
