import { type LintFinding, textOf } from '../finding.ts';
import { queryOf } from '../monitor-query.ts';
import type { LintRule } from '../rule.ts';

const VALUES = ['value', 'threshold', 'warn_threshold', 'comparator', 'last_triggered_at', 'ok_threshold'];
const BLOCKS = [
  'is_alert',
  'is_warning',
  'is_recovery',
  'is_renotify',
  'is_no_data',
  'is_alert_recovery',
  'is_warning_recovery',
  'is_no_data_recovery',
];

/** A message names the group, the value, the limit, the runbook and the dashboard; its variables exist; nobody is mentioned. */
export const monitorMessage: LintRule = {
  name: 'monitor-message',
  about: 'monitor',
  check: (monitor) => {
    const message = textOf(monitor['message']) ?? '';
    const findings: LintFinding[] = [];
    const say = (code: string, text: string): number => findings.push({ at: 'message', code, message: text });
    const by = new Set(queryOf(monitor)?.expression.queries.flatMap((query) => query.by) ?? []);
    const open: string[] = [];
    for (const [, mark = '', name = ''] of message.matchAll(/\{\{\{?\s*([#^/]?)([^}]*?)\s*\}\}\}?/g)) {
      const word = name.split(/\s/)[0] ?? '';
      if (mark === '/') {
        if (open.pop() !== word) say('MESSAGE_BLOCK', `{{/${word}}} closes nothing`);
      } else if (mark !== '') {
        open.push(word);
        if (!BLOCKS.includes(word) && word !== 'is_match') say('MESSAGE_BLOCK', `there is no block "${word}"`);
      } else if (word !== 'local_time' && word !== 'eval') {
        const tag = /^\[?([\w.-]+?)\]?\.name$/.exec(word)?.[1];
        if (tag === undefined ? !VALUES.includes(word) : !by.has(tag))
          say('MESSAGE_VARIABLE', `{{${word}}} is empty: the monitor does not group by it`);
      }
    }
    if (open.length > 0) say('MESSAGE_BLOCK', `{{#${open.at(-1)}}} is never closed`);
    if ((message.match(/\{\{/g)?.length ?? 0) !== (message.match(/\}\}/g)?.length ?? 0))
      say('MESSAGE_BRACES', 'braces do not pair');
    if (/(^|\s)@[\w.-]+/.test(message))
      say('MESSAGE_HANDLE', 'mentions belong to notification rules, not to shipped files');
    if (!message.includes('Runbook: https://')) say('MESSAGE_RUNBOOK', 'it names no runbook');
    if (!message.includes('Dashboard: ')) say('MESSAGE_DASHBOARD', 'it names no dashboard');
    if (monitor['type'] === 'query alert') {
      if (!message.includes('{{value}}') && !message.includes('{{#is_no_data}}'))
        say('MESSAGE_VALUE', 'it does not say {{value}}');
      for (const tag of by)
        if (!message.includes(`{{${tag}.name}}`)) say('MESSAGE_GROUP', `it does not say {{${tag}.name}}`);
    }
    return findings;
  },
};
