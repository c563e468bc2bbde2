import { calls } from './0001-calls.ts';
import { contextsAndHours } from './0002-contexts-and-hours.ts';
import { nativeAmounts } from './0003-native-amounts.ts';
import { classCosts } from './0004-class-costs.ts';
import { pastAnswers } from './0005-past-answers.ts';

/** One step forward of the schema. A released one is never edited; a change is a new file with the next number. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [calls, contextsAndHours, nativeAmounts, classCosts, pastAnswers];
