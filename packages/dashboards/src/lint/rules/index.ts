import type { LintRule } from '../lint-rule.ts';
import { choiceOfSeveralIsAPattern } from './choice-of-several-is-a-pattern.ts';
import { columnSurvives } from './column-survives.ts';
import { counterIsUnderRate } from './counter-is-under-rate.ts';
import { divisionIsGuarded } from './division-is-guarded.ts';
import { hasNoDatabaseId } from './has-no-database-id.ts';
import { idsAreUnique } from './ids-are-unique.ts';
import { labelIsKnown } from './label-is-known.ts';
import { ledgerQueryIsWhole } from './ledger-query-is-whole.ts';
import { legendSurvives } from './legend-survives.ts';
import { linksKeepTheChoice } from './links-keep-the-choice.ts';
import { metricIsKnown } from './metric-is-known.ts';
import { panelAsksInItsWay } from './panel-asks-in-its-way.ts';
import { panelAsksSomething } from './panel-asks-something.ts';
import { panelHasADescription } from './panel-has-a-description.ts';
import { panelHasATitle } from './panel-has-a-title.ts';
import { panelHasAUnit } from './panel-has-a-unit.ts';
import { panelHasThresholds } from './panel-has-thresholds.ts';
import { panelsDoNotOverlap } from './panels-do-not-overlap.ts';
import { quantileKeepsLe } from './quantile-keeps-le.ts';
import { queryCanBeRead } from './query-can-be-read.ts';
import { rateIsOfACounter } from './rate-is-of-a-counter.ts';
import { saysWhatItAnswers } from './says-what-it-answers.ts';
import { sourceIsAVariable } from './source-is-a-variable.ts';
import { timeIsRelative } from './time-is-relative.ts';
import { uidIsStable } from './uid-is-stable.ts';
import { variableIsDeclared } from './variable-is-declared.ts';
import { variableIsUsed } from './variable-is-used.ts';
import { variableIsUsedEverywhere } from './variable-is-used-everywhere.ts';
import { windowFollowsTheQuestion } from './window-follows-the-question.ts';

/** What dashboards are held to. One file and one line each. */
export const LINT_RULES: readonly LintRule[] = [
  uidIsStable,
  hasNoDatabaseId,
  saysWhatItAnswers,
  timeIsRelative,
  linksKeepTheChoice,
  panelHasATitle,
  panelHasADescription,
  panelHasAUnit,
  panelHasThresholds,
  panelAsksSomething,
  idsAreUnique,
  panelsDoNotOverlap,
  sourceIsAVariable,
  queryCanBeRead,
  metricIsKnown,
  labelIsKnown,
  counterIsUnderRate,
  rateIsOfACounter,
  windowFollowsTheQuestion,
  panelAsksInItsWay,
  quantileKeepsLe,
  legendSurvives,
  columnSurvives,
  divisionIsGuarded,
  variableIsUsed,
  variableIsUsedEverywhere,
  variableIsDeclared,
  choiceOfSeveralIsAPattern,
  ledgerQueryIsWhole,
];
