import { t } from '@grafana/i18n';
import { Button, Dropdown, Menu } from '@grafana/ui';
import { csvOf, jsonOf, type Row } from '../domain/table-text.ts';

interface ExportMenuProps {
  /** Without ending. */
  readonly fileName: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** What is shown as a file, with the same numbers to the last digit. */
export function ExportMenu({ fileName, columns, rows }: ExportMenuProps) {
  const menu = (
    <Menu>
      <Menu.Item label="CSV" onClick={() => save(`${fileName}.csv`, 'text/csv', csvOf(columns, rows))} />
      <Menu.Item label="JSON" onClick={() => save(`${fileName}.json`, 'application/json', jsonOf(columns, rows))} />
    </Menu>
  );
  return (
    <Dropdown overlay={menu}>
      <Button variant="secondary" size="sm" icon="download-alt" disabled={rows.length === 0}>
        {t('export.button', 'Export')}
      </Button>
    </Dropdown>
  );
}

function save(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
