export {
  type ChangeExplained,
  DRIVERS,
  type Driver,
  type Effects,
  explainChange,
  type GroupChange,
} from './explain-change.ts';
export { type Spend, TOKEN_CLASSES, type TokenClass } from './spend.ts';
