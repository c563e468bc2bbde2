import { css } from '@emotion/css';
import type { AppPluginMeta, GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Button, Field, FieldSet, Input, SecretInput, useStyles2 } from '@grafana/ui';
import { type FormEvent, useState } from 'react';
import type { Settings } from '../../app/settings.ts';
import { initTranslations } from '../../app/translations.ts';
import { addressMistake } from '../../domain/address.ts';
import { PrometheusPicker } from './prometheus-picker.tsx';
import { saveSettings } from './save-settings.ts';
import { TestConnection } from './test-connection.tsx';

await initTranslations();

type Saving = { readonly kind: 'edited' | 'saving' | 'saved' } | { readonly kind: 'failed'; readonly why: string };

/** Where the usage API is and which token it takes. The same fields can be provisioned by a file. */
export function ConfigurationPage({ meta }: { meta: AppPluginMeta<Settings> }) {
  const styles = useStyles2(getStyles);
  const [settings, setSettings] = useState<Settings>(meta.jsonData ?? {});
  const [hasToken, setHasToken] = useState(meta.secureJsonFields?.['apiToken'] === true);
  const [token, setToken] = useState('');
  const [saving, setSaving] = useState<Saving>({ kind: 'edited' });
  const { apiUrl = '', traceUrl = '', prometheusUid = '' } = settings;
  const mistake = addressMistake(apiUrl);
  const put = (change: Partial<Settings>): void => {
    setSettings({ ...settings, ...change });
    setSaving({ kind: 'edited' });
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (mistake !== undefined) return;
    setSaving({ kind: 'saving' });
    saveSettings(
      meta,
      { ...settings, apiUrl: apiUrl.replace(/\/+$/, '') },
      hasToken || token === '' ? undefined : token,
    ).then(
      () => {
        setSaving({ kind: 'saved' });
        if (token !== '') setHasToken(true);
        setToken('');
      },
      (cause: { data?: { message?: string }; statusText?: string }) =>
        setSaving({ kind: 'failed', why: cause.data?.message ?? cause.statusText ?? String(cause) }),
    );
  };
  return (
    <form onSubmit={save} className={styles.form}>
      <FieldSet label={t('configuration.api', 'Usage API')}>
        <Field
          label={t('configuration.url', 'Address')}
          description={t(
            'configuration.url-hint',
            'Where Grafana reaches the Costspan collector. Grafana asks it, not your browser.',
          )}
          invalid={apiUrl !== '' && mistake !== undefined}
          error={mistake === undefined ? undefined : mistakeText(mistake)}
        >
          <Input
            id="api-url"
            width={60}
            placeholder="http://costspan:4318"
            value={apiUrl}
            onChange={({ currentTarget }) => put({ apiUrl: currentTarget.value.trim() })}
          />
        </Field>
        <Field
          label={t('configuration.token', 'Token')}
          description={t(
            'configuration.token-hint',
            'A key with which the collector may be read. Kept by Grafana, never shown again, never sent to a browser.',
          )}
        >
          <SecretInput
            id="api-token"
            width={60}
            isConfigured={hasToken}
            value={token}
            onReset={() => {
              setHasToken(false);
              setSaving({ kind: 'edited' });
            }}
            onChange={({ currentTarget }) => {
              setToken(currentTarget.value);
              setSaving({ kind: 'edited' });
            }}
          />
        </Field>
      </FieldSet>
      <FieldSet label={t('configuration.around', 'What is around it')}>
        <PrometheusPicker value={prometheusUid} onChange={(uid) => put({ prometheusUid: uid })} />
        <Field
          label={t('configuration.trace-url', 'Traces')}
          description={t(
            'configuration.trace-url-hint',
            'Where a trace is opened, in Tempo, Datadog or elsewhere. {traceId} stands for its id.',
          )}
        >
          <Input
            id="trace-url"
            width={60}
            placeholder="/explore?left=…{traceId}…"
            value={traceUrl}
            onChange={({ currentTarget }) => put({ traceUrl: currentTarget.value.trim() })}
          />
        </Field>
      </FieldSet>
      <div className={styles.actions}>
        <Button type="submit" disabled={mistake !== undefined || saving.kind === 'saving'}>
          {t('configuration.save', 'Save')}
        </Button>
        <TestConnection isSaved={saving.kind === 'saved' || (settings === meta.jsonData && token === '')} />
      </div>
      {saving.kind === 'saved' && (
        <Alert severity="success" title={t('configuration.saved', 'Saved')}>
          {t('configuration.saved-next', 'Pages that are open take it up when they are loaded again.')}
        </Alert>
      )}
      {saving.kind === 'failed' && (
        <Alert severity="error" title={t('configuration.failed', 'Grafana did not save it')}>
          {saving.why}
        </Alert>
      )}
    </form>
  );
}

function mistakeText(mistake: NonNullable<ReturnType<typeof addressMistake>>): string {
  switch (mistake) {
    case 'empty':
      return t('configuration.url-empty', 'An address is needed');
    case 'not-http':
      return t('configuration.url-scheme', 'It must begin with http:// or https://');
    case 'credentials':
      return t(
        'configuration.url-credentials',
        'Names and passwords do not belong into an address that everybody can read; use the token',
      );
    case 'has-path':
      return t('configuration.url-path', 'Without /api/v1 and without anything behind a question mark');
    default:
      return mistake satisfies never;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Fields have a width of their own; on a narrow screen they give way.
  form: css({ maxWidth: 720, fieldset: { minWidth: 0 }, '& div': { maxWidth: '100%' } }),
  actions: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    alignItems: 'flex-start',
    marginBottom: theme.spacing(2),
  }),
});
