import { type LintFinding, listOf } from '../finding.ts';
import type { LintRule } from '../rule.ts';

/** A shipped monitor carries the tags by which it is found again, and an owner. */
export const monitorMarks: LintRule = {
  name: 'monitor-marks',
  about: 'monitor',
  check: (monitor) => {
    const tags = listOf(monitor['tags']).map(String);
    const findings: LintFinding[] = [];
    for (const wanted of ['managed-by:costspan', 'costspan-key:', 'team:', 'service:']) {
      if (!tags.some((tag) => tag.startsWith(wanted)))
        findings.push({ at: 'tags', code: 'MONITOR_TAG', message: `a tag "${wanted}…" is missing` });
    }
    for (const [index, tag] of tags.entries()) {
      if (!/^[a-z][a-z0-9_\-./]*:[a-z0-9_\-./]+$/.test(tag))
        findings.push({
          at: `tags[${index}]`,
          code: 'MONITOR_TAG',
          message: `"${tag}" would be stored as something else`,
        });
    }
    return findings;
  },
};
