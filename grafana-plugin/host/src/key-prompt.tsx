import { Button, Field, Input, Modal } from '@grafana/ui';
import { type FormEvent, useEffect, useState } from 'react';
import { KEY_WANTED, storedKey, storeKey } from './key-choice.ts';

/** Asks for the key of a collector that wants one, when it wants one. The key stays in this tab. */
export function KeyPrompt() {
  const [isWanted, setWanted] = useState(false);
  const [key, setKey] = useState('');
  useEffect(() => {
    const ask = (): void => setWanted(true);
    window.addEventListener(KEY_WANTED, ask);
    return () => window.removeEventListener(KEY_WANTED, ask);
  }, []);
  const take = (event: FormEvent): void => {
    event.preventDefault();
    storeKey(key.trim());
    location.reload();
  };
  if (!isWanted) return null;
  return (
    <Modal isOpen title="This collector asks for a key" onDismiss={() => setWanted(false)}>
      <form onSubmit={take}>
        <Field
          label="Key"
          description="One of the ingestKeys of its configuration. It is kept until this tab is closed."
          invalid={storedKey() !== undefined}
          error={storedKey() === undefined ? undefined : 'The collector does not take the key given before.'}
        >
          <Input
            id="collector-key"
            type="password"
            autoComplete="off"
            value={key}
            onChange={({ currentTarget }) => setKey(currentTarget.value)}
          />
        </Field>
        <Modal.ButtonRow>
          <Button type="submit" disabled={key.trim() === ''}>
            Continue
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}
