import { aList, anObject, aText } from '../api/check.ts';
import { ask } from '../api/transport.ts';

export interface Choice {
  readonly label: string;
  readonly value: string;
  readonly description: string;
}

export interface FieldChoices {
  readonly metrics: readonly Choice[];
  readonly fields: readonly Choice[];
}

const named = anObject({ name: aText, description: aText });

/** What a question may add up and group by, tags of the ledger included. @throws ApiError */
export async function fieldChoices(): Promise<FieldChoices> {
  const answer = await ask(
    { route: 'read', path: 'usage/fields' },
    anObject({ metrics: aList(named), fields: aList(named) }),
  );
  const choice = ({ name, description }: { readonly name: string; readonly description: string }): Choice => ({
    label: name,
    value: name,
    description,
  });
  return { metrics: answer.metrics.map(choice), fields: answer.fields.map(choice) };
}
