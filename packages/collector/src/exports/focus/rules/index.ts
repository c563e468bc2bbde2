import { amountRules } from './amounts.ts';
import { columnRules } from './columns.ts';
import { formatRules } from './formats.ts';
import { periodRules } from './periods.ts';
import type { FocusRule } from './rule.ts';
import { valueRules } from './values.ts';

/** Every family of rules. One file and one line each. */
export const FOCUS_RULES: readonly FocusRule[] = [columnRules, valueRules, formatRules, periodRules, amountRules];
