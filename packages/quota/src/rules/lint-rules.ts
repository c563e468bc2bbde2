import type { Period } from '../time/calendar.ts';
import type { Clause, Limit, QuotaRule, RuleSet, SubjectPattern } from './rule.ts';

/** Something in valid rules that is probably not meant. */
export interface RuleWarning {
  readonly ruleId: string;
  readonly line: number;
  readonly code:
    | 'EVALUATION_DIFFERS'
    | 'RULE_UNREACHABLE'
    | 'IDS_ALIKE'
    | 'LIMIT_NEVER_BINDS'
    | 'THRESHOLDS_ORDER'
    | 'UNPRICED_FREE'
    | 'TRIAL_OVER'
    | 'LEASE_LONG';
  readonly message: string;
}

/** What a reviewer would ask about. `nowMs` is for terms that have run out. */
export function lintRules({ rules, evaluation }: RuleSet, nowMs: number): readonly RuleWarning[] {
  const warnings: RuleWarning[] = [];
  const warn = ({ id, line }: QuotaRule, code: RuleWarning['code'], message: string): void => {
    warnings.push({ ruleId: id, line, code, message });
  };
  for (const [index, rule] of rules.entries()) {
    const before = rules.slice(0, index);
    const covering = before.find((other) => covers(other, rule));
    const meeting = before.find((other) => meets(other, rule));
    if (covering !== undefined && evaluation === 'first') {
      warn(
        rule,
        'RULE_UNREACHABLE',
        `every call of "${rule.id}" is decided by "${covering.id}" before it; put it first, or take evaluation: all`,
      );
    } else if (meeting !== undefined) {
      const other = evaluation === 'all' ? 'first' : 'all';
      warn(
        rule,
        'EVALUATION_DIFFERS',
        `a call can match "${meeting.id}" and "${rule.id}"; evaluation: ${other} would decide by ${other === 'first' ? `"${meeting.id}" alone` : 'both'}`,
      );
    }
    const alike = before.find((other) => plain(other.id) === plain(rule.id));
    if (alike !== undefined)
      warn(rule, 'IDS_ALIKE', `"${alike.id}" and "${rule.id}" are easily taken for each other; rename one`);
    for (const message of idleLimits(rule, evaluation === 'all' ? before : []))
      warn(rule, 'LIMIT_NEVER_BINDS', message);
    const { thresholds } = rule.alerts;
    if (thresholds.some((percent, at) => at > 0 && percent <= (thresholds[at - 1] as number))) {
      warn(
        rule,
        'THRESHOLDS_ORDER',
        `thresholds ${thresholds.join(', ')} do not rise; write ${[...new Set(thresholds)].sort((a, b) => a - b).join(', ')}`,
      );
    }
    if (rule.unpriced.kind === 'ignore' && rule.mode === 'enforce' && rule.limits.some(({ unit }) => unit === 'cost')) {
      warn(
        rule,
        'UNPRICED_FREE',
        'calls without a price pass this cost limit uncounted; take unpriced: block or an estimate',
      );
    }
    if (rule.trialEndsMs !== undefined && rule.trialEndsMs <= nowMs) {
      warn(
        rule,
        'TRIAL_OVER',
        'the trial has ended, so every call it matches is refused; remove the rule or move trial_ends',
      );
    }
    const short = rule.limits.find(({ per, window }) => window === 'calendar' && NOMINAL_MS[per] < rule.leaseMs);
    if (short !== undefined) {
      warn(
        rule,
        'LEASE_LONG',
        `a reservation is held ${rule.leaseMs / 1000} s, longer than a ${short.per}; take fewer lease_seconds`,
      );
    }
  }
  return warnings;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** The longest a period can be: a month of 31 days, a year with a leap day. */
const LONGEST_MS: Readonly<Record<Period, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: DAY + 60 * MINUTE,
  week: 7 * DAY + 60 * MINUTE,
  month: 31 * DAY + 60 * MINUTE,
  quarter: 92 * DAY + 60 * MINUTE,
  year: 366 * DAY,
  lifetime: Number.POSITIVE_INFINITY,
};
const NOMINAL_MS: Readonly<Record<Period, number>> = { ...LONGEST_MS, day: DAY };

/** Limits that another limit, of the same buckets, always reaches first. */
function idleLimits(rule: QuotaRule, before: readonly QuotaRule[]): string[] {
  const blocks = (other: QuotaRule): boolean =>
    other.mode === 'enforce' && other.onExceed.kind === 'block' && other.overrides.length === 0;
  const rivals = [rule, ...before.filter((other) => covers(other, rule) && sameBuckets(other, rule))].filter(
    (other) => blocks(other) && (other === rule || rule.overrides.length === 0),
  );
  return rule.limits.flatMap((limit) => {
    for (const other of rivals) {
      const tighter = other.limits.find((rival) => rival !== limit && isReachedFirst(rival, limit, other === rule));
      if (tighter === undefined) continue;
      const where = other === rule ? '' : ` of "${other.id}"`;
      return [
        `${limit.id} can never bind, because ${tighter.id}${where} is always reached first; remove it or lower it`,
      ];
    }
    return [];
  });
}

function isReachedFirst(rival: Limit, limit: Limit, isSameRule: boolean): boolean {
  if (rival.unit !== limit.unit) return false;
  if (rival.per === limit.per) return !isSameRule && rival.window === limit.window && rival.amount <= limit.amount;
  const ends = LONGEST_MS[limit.per];
  const length = LONGEST_MS[rival.per];
  if (length > ends || ends === Number.POSITIVE_INFINITY) return false;
  // A window of the longer period meets at most so many of the shorter, those at its edges included.
  const turns = Math.ceil(ends / Math.min(length, NOMINAL_MS[rival.per])) + 1;
  return rival.amount * BigInt(turns) <= limit.amount;
}

function sameBuckets(a: QuotaRule, b: QuotaRule): boolean {
  return (
    a.appliesPer.length === b.appliesPer.length && a.appliesPer.every((dimension) => b.appliesPer.includes(dimension))
  );
}

/** Every call that matches `inner` matches `outer`. Says no when it cannot be sure. */
function covers(outer: QuotaRule, inner: QuotaRule): boolean {
  return (
    outer.when.every.every((clause) => inner.when.every.some((own) => isWithin(own, clause))) &&
    outer.when.none.every((clause) => inner.when.none.some((own) => isWithin(clause, own)))
  );
}

/** Some call may match both. Says yes when it cannot be sure. */
function meets(a: QuotaRule, b: QuotaRule): boolean {
  return !a.when.every.some((clause) => b.when.every.some((other) => areApart(clause, other)));
}

/** Whatever fits `inner` fits `outer`. */
function isWithin(inner: Clause, outer: Clause): boolean {
  if (outer.on === 'subject' && outer.any.includes('*')) return true;
  if (facetOf(inner) !== facetOf(outer)) return false;
  return textsOf(inner).every((text) => textsOf(outer).some((pattern) => fits(text, pattern)));
}

/** Nothing fits both: only for facets that have one value, which subjects of several tags have not. */
function areApart(a: Clause, b: Clause): boolean {
  if (a.on === 'model' || facetOf(a) !== facetOf(b) || facetOf(a) === 'subject') return false;
  return !textsOf(a).some((one) => textsOf(b).some((other) => fits(one, other) || fits(other, one)));
}

/** What a clause looks at. Subjects of one tag are that tag. */
function facetOf(clause: Clause): string {
  if (clause.on === 'tag') return `tag ${clause.key}`;
  if (clause.on !== 'subject') return clause.on;
  const tags = new Set(clause.any.map((pattern) => (pattern === '*' ? '*' : pattern.tag)));
  return tags.size === 1 && !tags.has('*') ? `tag ${[...tags][0]}` : 'subject';
}

function textsOf(clause: Clause): readonly string[] {
  if (clause.on !== 'subject') return clause.any;
  return facetOf(clause) === 'subject'
    ? clause.any.map((pattern: SubjectPattern) => (pattern === '*' ? '*' : `${pattern.tag}:${pattern.value}`))
    : clause.any.map((pattern) => (pattern === '*' ? '*' : pattern.value));
}

function fits(text: string, pattern: string): boolean {
  if (!pattern.endsWith('*')) return text === pattern;
  return text.startsWith(pattern.slice(0, -1));
}

function plain(id: string): string {
  return id.toLowerCase().replaceAll(/[-_.]/g, '');
}
