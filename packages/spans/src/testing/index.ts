export { attributeValue, dialectContract, spanWith } from './dialect.contract.ts';
export { recordedSpans } from './recorded-spans.contract.ts';
