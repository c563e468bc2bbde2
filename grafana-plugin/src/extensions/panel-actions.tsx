import { PluginExtensionExposedComponents, type TimeRange } from '@grafana/data';
import { t } from '@grafana/i18n';
import { usePluginComponent } from '@grafana/runtime';
import { IconButton, Modal } from '@grafana/ui';
import { useState } from 'react';
import { usePeriod } from '../app/period.tsx';
import type { MetricPanel } from './metric-panel.ts';

interface AddToDashboardForm {
  readonly buildPanel: () => MetricPanel;
  readonly timeRange?: TimeRange;
  readonly options?: { readonly useAbsolutePath: boolean };
  readonly onClose: () => void;
}

interface CreateAlertForm {
  readonly panel: Pick<MetricPanel, 'title' | 'datasource' | 'targets'>;
  readonly onDismiss: () => void;
}

/** What Grafana offers to do with a panel. Where it offers nothing, such as outside of it, nothing is shown. */
export function PanelActions({ panel }: { panel: MetricPanel }) {
  const { range } = usePeriod();
  const [opened, setOpened] = useState<'dashboard' | 'alert'>();
  const { component: AddToDashboard } = usePluginComponent<AddToDashboardForm>(
    PluginExtensionExposedComponents.AddToDashboardFormV1,
  );
  // Newer than the oldest Grafana we run in, whose list of names does not have it.
  const { component: CreateAlert } = usePluginComponent<CreateAlertForm>('grafana/alerting/create-alert-from-panel/v1');
  const close = () => setOpened(undefined);
  const add = t('actions.add-to-dashboard', 'Add to dashboard');
  return (
    <>
      {AddToDashboard !== null && AddToDashboard !== undefined && (
        <IconButton name="apps" size="md" tooltip={add} onClick={() => setOpened('dashboard')} />
      )}
      {CreateAlert !== null && CreateAlert !== undefined && (
        <IconButton
          name="bell"
          size="md"
          tooltip={t('actions.create-alert', 'Create alert')}
          onClick={() => setOpened('alert')}
        />
      )}
      {opened === 'dashboard' && AddToDashboard !== null && AddToDashboard !== undefined && (
        <Modal title={add} isOpen onDismiss={close}>
          <AddToDashboard
            buildPanel={() => panel}
            timeRange={range}
            options={{ useAbsolutePath: true }}
            onClose={close}
          />
        </Modal>
      )}
      {opened === 'alert' && CreateAlert !== null && CreateAlert !== undefined && (
        <CreateAlert panel={panel} onDismiss={close} />
      )}
    </>
  );
}
