import { READ_NAMES, READ_PREFIXES } from '@costspan/spans';
import { KeyTable } from './key-table.ts';

/** Every attribute that anything in the pipeline reads; the decoders step over all others. */
export const READ_ATTRIBUTES = new KeyTable(READ_NAMES, READ_PREFIXES);
