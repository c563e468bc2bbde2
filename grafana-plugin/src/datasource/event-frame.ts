import type { DataFrame } from '@grafana/data';
import { frameField } from './frame-field.ts';

/** Something that happened, as a mark on a graph. */
export interface LedgerEvent {
  readonly atMs: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
}

/** The names are those that Grafana looks for in annotations. */
export function eventFrame(refId: string, events: readonly LedgerEvent[]): DataFrame {
  const inOrder = [...events].sort((a, b) => a.atMs - b.atMs);
  return {
    refId,
    length: inOrder.length,
    fields: [
      frameField(
        'time',
        'time',
        inOrder.map(({ atMs }) => atMs),
      ),
      frameField(
        'title',
        'string',
        inOrder.map(({ title }) => title),
      ),
      frameField(
        'text',
        'string',
        inOrder.map(({ text }) => text),
      ),
      frameField(
        'tags',
        'other',
        inOrder.map(({ tags }) => [...tags]),
      ),
    ],
  };
}
