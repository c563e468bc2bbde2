export { baseBook, baseCards } from './base-book.ts';
export { billedNames, type CallNames } from './billed-names.ts';
export { cacheSavings, type SavingLine } from './cache-savings.ts';
export {
  type Adjustment,
  ANY_PROVIDER,
  CARDS_FORMAT,
  type Card,
  type CardFile,
  type CardOverride,
  type CardSource,
  CONTEXT_AXES,
  type ContextAxis,
  type ContextCell,
  type ContextMultiplier,
  type ContextTier,
  type ContextValues,
  type Deployment,
  LAYER_KINDS,
  type LayerKind,
  type PricePeriod,
  type PriceWindow,
  type Rate,
  type RateSet,
  type Rates,
} from './card.ts';
export { catalogueProvider } from './catalogue-provider.ts';
export { type BookOptions, compileBook, sortLayers } from './compile-book.ts';
export {
  COMPILED_FORMAT,
  type CompiledBook,
  type CompiledCardJson,
  type CompiledCatalogue,
  compiledCatalogue,
} from './compiled-catalogue.ts';
export {
  COST_STATUSES,
  type ConvertedCost,
  type Cost,
  type CostCard,
  type CostLine,
  type CostStatus,
  type ModelMatch,
  type PricingRequest,
} from './cost.ts';
export { type CostAttribute, costAttributes } from './cost-attributes.ts';
export { COST_CLASSES, type CostByClass, type CostClass, classOfMeter, costByClass } from './cost-by-class.ts';
export { costOf } from './cost-of.ts';
export { type CostJson, type CostLineJson, costToJson } from './cost-to-json.ts';
export { type CardChange, changeLines, diffCards } from './diff-cards.ts';
export { type CostExplanation, type ExplainOptions, explainCost, type PriceLayer } from './explain-cost.ts';
export type { FocusCharge, FocusPeriod } from './focus/focus-charge.ts';
export {
  FOCUS_COLUMNS,
  FOCUS_VERSIONS,
  type FocusColumn,
  type FocusRow,
  type FocusVersion,
} from './focus/focus-columns.ts';
export { focusRows } from './focus/focus-rows.ts';
export { FX_FORMAT, FX_TARGET, type FxFile, type FxRate } from './fx.ts';
export {
  CARD_ORIGINS,
  type CardImport,
  type CardOrigin,
  type ImportOptions,
  importCards,
} from './import-cards/index.ts';
export { type CostInDollars, inDollars, type NativeCost } from './in-dollars.ts';
export { jsonLines, lineOf } from './json-lines.ts';
export { type LintFinding, type LintOptions, lintCards } from './lint-cards.ts';
export { lintFx } from './lint-fx.ts';
export { type CardSourceFile, type OpenedBook, openBook } from './open-book.ts';
export { parseCardFile } from './parse-card-file.ts';
export { isFxFile, parseFxFile } from './parse-fx-file.ts';
export type { PriceBook } from './price-book.ts';
export { type CountFinding, priceCall } from './price-call.ts';
export { rateJumps } from './rate-jumps.ts';
export { type Reload, ReloadableBook, type ReloadOptions } from './reloadable-book.ts';
export type { ServedAxis } from './served-rates.ts';
export {
  type Amounts,
  type SimulatedCalls,
  type SimulatedPrice,
  Simulation,
  type SimulationResult,
} from './simulation.ts';
export { writeCardFile } from './write-card-file.ts';
export { writeCompiledCatalogue } from './write-compiled-catalogue.ts';
