import type { AppPluginMeta } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import type { Settings } from '../../app/settings.ts';

/**
 * Saves what the page shows. A token that was not touched is left out, since sending an empty one would delete it.
 * Rejects with what Grafana answered.
 */
export async function saveSettings(
  meta: AppPluginMeta<Settings>,
  jsonData: Settings,
  token: string | undefined,
): Promise<void> {
  const { enabled, pinned, id } = meta;
  const data = { enabled, pinned, jsonData, ...(token === undefined ? {} : { secureJsonData: { apiToken: token } }) };
  await lastValueFrom(
    getBackendSrv().fetch({ url: `/api/plugins/${id}/settings`, method: 'POST', data, showErrorAlert: false }),
  );
}
