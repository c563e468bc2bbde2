import { t } from '@grafana/i18n';
import { Alert, Button } from '@grafana/ui';
import { useState } from 'react';
import { type ApiError, apiErrorOf } from '../../api/api-error.ts';
import { askUsage, askVersion } from '../../api/usage-api.ts';
import { useFormats } from '../../app/use-formats.ts';
import { failureText } from '../../components/states/failure-text.ts';

type Outcome =
  | { readonly kind: 'none' | 'testing' }
  | { readonly kind: 'ok'; readonly version: string; readonly skewMs: number }
  | { readonly kind: 'failed'; readonly error: ApiError };

/** More than this between two clocks, and the last minutes of every page are wrong. */
const SKEW_MAX_MS = 30_000;

/** Asks the API which version it is and what time it has, by what is saved. */
export function TestConnection({ isSaved }: { isSaved: boolean }) {
  const formats = useFormats();
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const test = (): void => {
    setOutcome({ kind: 'testing' });
    testConnection().then(setOutcome, (cause: unknown) => setOutcome({ kind: 'failed', error: cause as ApiError }));
  };
  return (
    <>
      <Button
        type="button"
        variant="secondary"
        icon="plug"
        disabled={!isSaved || outcome.kind === 'testing'}
        onClick={test}
        tooltip={isSaved ? undefined : t('connection.save-first', 'Save first: Grafana tests with what it has saved')}
      >
        {t('connection.test', 'Test connection')}
      </Button>
      {outcome.kind === 'ok' && Math.abs(outcome.skewMs) <= SKEW_MAX_MS && (
        <Alert severity="success" title={t('connection.ok', 'Connected')}>
          {t('connection.version', 'API version {{version}}. Its clock and yours agree.', { version: outcome.version })}
        </Alert>
      )}
      {outcome.kind === 'ok' && Math.abs(outcome.skewMs) > SKEW_MAX_MS && (
        <Alert severity="warning" title={t('connection.skew', 'Connected, but the clocks disagree')}>
          {t(
            'connection.skew-by',
            'The clock of the collector is {{time}} {{direction}} this browser. Set one of them, else the newest calls seem to be missing or to come from the future.',
            {
              time: formats.millis(Math.abs(outcome.skewMs)),
              direction: outcome.skewMs > 0 ? t('connection.ahead', 'ahead of') : t('connection.behind', 'behind'),
            },
          )}
        </Alert>
      )}
      {outcome.kind === 'failed' && (
        <Alert severity="error" title={failureText(outcome.error).title}>
          <p>{failureText(outcome.error).advice}</p>
          <code>{outcome.error.message}</code>
        </Alert>
      )}
    </>
  );
}

async function testConnection(): Promise<Outcome> {
  try {
    const { version } = await askVersion();
    const askedAtMs = Date.now();
    const now = new Date(askedAtMs).toISOString();
    const { complete_to } = await askUsage({
      from: now,
      to: new Date(askedAtMs + 1).toISOString(),
      timezone: 'UTC',
      metrics: ['calls'],
    });
    return { kind: 'ok', version, skewMs: Date.parse(complete_to) - (askedAtMs + Date.now()) / 2 };
  } catch (cause) {
    throw cause instanceof Error ? cause : apiErrorOf(cause, '');
  }
}
