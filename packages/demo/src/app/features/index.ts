import type { Feature } from '../feature.ts';
import { chat } from './chat.ts';
import { search } from './search.ts';
import { support } from './support.ts';
import { translation } from './translation.ts';

/** Every feature of the product. One file and one line each. */
export const FEATURES: readonly Feature[] = [chat, search, support, translation];
