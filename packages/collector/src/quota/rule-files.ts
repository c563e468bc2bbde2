import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  lintRules,
  type PlanFile,
  parsePlans,
  parseRules,
  type RuleSet,
  type RuleWarning,
  withPlans,
} from '@costspan/quota';
import { InvalidInputError } from '@costspan/usage';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';

export interface RuleFilesOptions {
  readonly rules: string | undefined;
  readonly plans: string | undefined;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  /** Puts changed rules in force. */
  readonly replace: (loaded: LoadedRules) => void;
  /** How often the files are looked at. */
  readonly intervalMs?: number;
}

/** Rules as their files had them. */
export interface LoadedRules {
  readonly rules: RuleSet;
  readonly plans: PlanFile | undefined;
  readonly warnings: readonly RuleWarning[];
  /** A hash of the files' text. */
  readonly version: string;
  readonly sinceMs: number;
}

/** Rules that follow their files. */
export interface RuleFiles {
  readonly current: LoadedRules;
  /** Why the files as they are now are not in force; `undefined` when they are. */
  readonly refusal: string | undefined;
  /** Looks at the files now; true when others are in force. */
  check(): Promise<boolean>;
  close(): void;
}

const CHECK_INTERVAL_MS = 2000;
const TOPIC = 'quota rules';
const NO_RULES = 'format: costspan.quota/1\nrules: []';

/**
 * Reads rules and plans, and follows their files: good ones are in force within seconds, bad ones are refused as a whole,
 * said once and counted, and the last good rules stay.
 * @throws InvalidInputError with every mistake of every file, its line and column, when the first reading is not good.
 */
export async function openRuleFiles(options: RuleFilesOptions): Promise<RuleFiles> {
  const { metrics, notices } = options;
  let texts = await readTexts(options);
  let current = load(options, texts);
  let refusal: string | undefined;
  tellWarnings(notices, current);
  const check = async (): Promise<boolean> => {
    try {
      const read = await readTexts(options);
      if (read.rules === texts.rules && read.plans === texts.plans) return false;
      texts = read;
      current = load(options, read);
    } catch (error) {
      const reason = (error as Error).message;
      if (reason === refusal) return false;
      refusal = reason;
      metrics.add('quotaReloadsRefused');
      notices.once(TOPIC, `changed quota files were refused, and the last good rules stay: ${reason}`);
      return false;
    }
    refusal = undefined;
    options.replace(current);
    metrics.add('quotaReloads');
    notices.over(TOPIC, 'the quota files are good again');
    notices.tell(`new quota rules are in force: ${current.rules.rules.length} rules, version ${current.version}`);
    tellWarnings(notices, current);
    return true;
  };
  const timer = setInterval(() => void check(), options.intervalMs ?? CHECK_INTERVAL_MS).unref();
  return {
    get current() {
      return current;
    },
    get refusal() {
      return refusal;
    },
    check,
    close: () => clearInterval(timer),
  };
}

interface Texts {
  readonly rules: string;
  readonly plans: string | undefined;
}

async function readTexts({ rules, plans }: RuleFilesOptions): Promise<Texts> {
  return {
    rules: rules === undefined ? NO_RULES : await read(rules),
    plans: plans === undefined ? undefined : await read(plans),
  };
}

async function read(name: string): Promise<string> {
  try {
    return await readFile(name, 'utf8');
  } catch (cause) {
    const message = `cannot be read: ${(cause as Error).message}`;
    throw new InvalidInputError('QUOTA_INVALID', name, [{ at: 'file', code: 'FILE_UNREADABLE', message }]);
  }
}

/** Mistakes of both files are told together. */
function load({ rules, plans }: RuleFilesOptions, texts: Texts): LoadedRules {
  const mistakes: InvalidInputError[] = [];
  const attempt = <T>(parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      mistakes.push(error);
      return undefined;
    }
  };
  const ruleSet = attempt(() => parseRules(texts.rules, rules ?? 'no rules'));
  const planText = texts.plans;
  const planFile = planText === undefined ? undefined : attempt(() => parsePlans(planText, plans as string));
  const [first, second] = mistakes;
  if (first !== undefined) {
    if (second === undefined) throw first;
    const of = (name: string | undefined, { findings }: InvalidInputError) =>
      findings.map((finding) => ({ ...finding, at: `${name}: ${finding.at}` }));
    throw new InvalidInputError('QUOTA_INVALID', 'quota', [...of(rules, first), ...of(plans, second)]);
  }
  const own = ruleSet as RuleSet;
  if (planFile !== undefined && own.rules.some(({ id }) => id === planFile.name)) {
    const message = `"${planFile.name}" is the name of the plans and the id of a rule; give the plans another name`;
    throw new InvalidInputError('QUOTA_INVALID', plans as string, [{ at: 'name', code: 'RULE_TWICE', message }]);
  }
  const nowMs = Date.now();
  return {
    rules: planFile === undefined ? own : withPlans(own, planFile),
    plans: planFile,
    warnings: lintRules(own, nowMs),
    version: createHash('sha256')
      .update(JSON.stringify([texts.rules, texts.plans]))
      .digest('hex')
      .slice(0, 12),
    sinceMs: nowMs,
  };
}

function tellWarnings(notices: Notices, { warnings }: LoadedRules): void {
  for (const { ruleId, line, code, message } of warnings.slice(0, WARNINGS_TOLD_MAX)) {
    notices.tell(`quota rule ${ruleId} (line ${line}): ${message} [${code}]`);
  }
  const more = warnings.length - WARNINGS_TOLD_MAX;
  if (more > 0) notices.tell(`and ${more} more warnings about quota rules; GET /api/v1/quota/rules has all of them`);
}

const WARNINGS_TOLD_MAX = 10;
