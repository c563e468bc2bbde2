import { billedNames } from '@costspan/pricing';
import type { CallRecord } from '@costspan/usage';
import { tagValue } from './tag-value.ts';

/**
 * Most values of each label; further ones are `other`. `provider`, `model` and `operation` are of the call, any other name
 * is a tag. The same labels as those of the collector; the bounds are lower, since Datadog bills every combination.
 */
export const DEFAULT_LABELS: Readonly<Record<string, number>> = {
  provider: 30,
  model: 100,
  operation: 20,
  customer_id: 1000,
  feature_name: 100,
  team: 50,
  environment: 10,
};

export type Labels = Readonly<Record<string, string>>;

/** What a call without the tag has, and what a value beyond the bound is. */
export const UNTAGGED = 'untagged';
const OTHER = 'other';

/** What a {@link CallLabels} tells of. */
export interface LabelEvents {
  /** A value had no room and is `other` now. */
  dropped(label: string): void;
  /** Two values that Datadog cannot tell apart, such as `Acme Inc` and `acme_inc`. */
  collided(label: string, first: string, second: string): void;
}

interface Label {
  readonly name: string;
  readonly valuesMax: number;
  /** Values as Datadog keeps them, and the first value that became it. */
  readonly known: Map<string, string>;
}

/** The labels of a call, each bounded. A series may be missing, a count never is. */
export class CallLabels {
  readonly #labels: readonly Label[];
  readonly #events: LabelEvents;

  /** @param labels most values of each. A label at 0 is left out. */
  constructor(labels: Readonly<Record<string, number>>, events: LabelEvents) {
    this.#labels = Object.entries(labels)
      .filter(([, valuesMax]) => valuesMax > 0)
      .map(([name, valuesMax]) => ({ name, valuesMax, known: new Map() }));
    this.#events = events;
  }

  of(call: CallRecord): Labels {
    const labels: Record<string, string> = {};
    for (const label of this.#labels) labels[label.name] = this.#valueOf(label, rawValue(call, label.name));
    return labels;
  }

  #valueOf({ name, valuesMax, known }: Label, raw: string | undefined): string {
    if (raw === undefined || raw === '') return UNTAGGED;
    const value = tagValue(name, raw);
    const first = known.get(value);
    if (first !== undefined) {
      if (first !== raw) this.#events.collided(name, first, raw);
      return value;
    }
    if (known.size >= valuesMax) {
      this.#events.dropped(name);
      return OTHER;
    }
    known.set(value, raw);
    return value;
  }
}

function rawValue(call: CallRecord, label: string): string | undefined {
  switch (label) {
    case 'provider':
      return call.provider;
    case 'operation':
      return call.operation;
    case 'model':
      return billedNames(call).model;
    default:
      return call.tags[label];
  }
}
