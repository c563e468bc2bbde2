export { baseBook, baseCards } from './base-book.ts';
export {
  CARDS_FORMAT,
  type Card,
  type CardFile,
  type CardSource,
  type ContextTier,
  type PricePeriod,
  type PriceWindow,
  type Rate,
  type RateSet,
  type Rates,
} from './card.ts';
export { catalogueProvider } from './catalogue-provider.ts';
export { compileBook } from './compile-book.ts';
export {
  COST_STATUSES,
  type Cost,
  type CostCard,
  type CostLine,
  type CostStatus,
  type ModelMatch,
  type PricingRequest,
} from './cost.ts';
export { type CostByClass, costByClass } from './cost-by-class.ts';
export { costOf } from './cost-of.ts';
export { type CostJson, type CostLineJson, costToJson } from './cost-to-json.ts';
export {
  CARD_ORIGINS,
  type CardImport,
  type CardOrigin,
  type ImportOptions,
  importCards,
} from './import-cards/index.ts';
export { parseCardFile } from './parse-card-file.ts';
export type { PriceBook } from './price-book.ts';
export { writeCardFile } from './write-card-file.ts';
