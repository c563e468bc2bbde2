export { CORRELATION_PAIRS_MIN, type Correlation, correlation } from './correlation.ts';
export {
  type ChangeExplained,
  DRIVERS,
  type Driver,
  type Effects,
  explainChange,
  type GroupChange,
} from './explain-change.ts';
export {
  type Membership,
  type OrganisationPeriod,
  organisationPeriods,
  rollUpOrganisation,
  type UnitCost,
} from './organisation.ts';
export { type Spend, TOKEN_CLASSES, type TokenClass } from './spend.ts';
