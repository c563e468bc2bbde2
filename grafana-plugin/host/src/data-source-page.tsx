import {
  type AppPluginMeta,
  type DataFrame,
  type DataQuery,
  type DataSourceApi,
  type DataSourcePlugin,
  dateTime,
  toDataFrame,
} from '@grafana/data';
import { Button } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { importPlugin } from './plugin-loader.ts';
import { PluginPage } from './plugin-page.tsx';

const DAYS = 30;
const DAY_MS = 86_400_000;

type Source = DataSourceApi<DataQuery>;

interface Loaded {
  readonly plugin: DataSourcePlugin<Source>;
  readonly source: Source;
}

/** The nested data source with its editors, as Grafana's pages of a data source and of a panel have them, and what it answers. */
export function DataSourcePage({ meta }: { meta: AppPluginMeta }) {
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    load(meta).then(setLoaded, reportError);
  }, [meta]);
  return <PluginPage pageNav={{ text: 'Data source' }}>{loaded !== undefined && <Editors {...loaded} />}</PluginPage>;
}

async function load({ baseUrl }: AppPluginMeta): Promise<Loaded> {
  const module = await importPlugin(`${baseUrl}datasource/module.js`);
  const plugin = module['plugin'] as DataSourcePlugin<Source>;
  return { plugin, source: new plugin.DataSourceClass({ id: 1, name: 'Costspan', jsonData: {} } as never) };
}

function Editors({ plugin, source }: Loaded) {
  const { ConfigEditor, QueryEditor } = plugin.components;
  const [tested, setTested] = useState('');
  const [query, setQuery] = useState<DataQuery>({ refId: 'A', ...source.getDefaultQuery?.('panel-editor' as never) });
  const [frames, setFrames] = useState<readonly DataFrame[]>([]);
  const test = async () => setTested((await source.testDatasource()).message);
  const run = async () => {
    const to = Date.now();
    const answer = await source.query({
      range: { from: dateTime(to - DAYS * DAY_MS), to: dateTime(to) },
      timezone: 'utc',
      scopedVars: {},
      targets: [query],
    } as never);
    setFrames('data' in answer ? answer.data.map((frame) => toDataFrame(frame)) : []);
  };
  return (
    <>
      {ConfigEditor !== undefined && <ConfigEditor options={{} as never} onOptionsChange={() => {}} />}
      <Button onClick={test}>Save & test</Button> <output data-testid="data-testid tested">{tested}</output>
      {QueryEditor !== undefined && (
        <QueryEditor datasource={source} query={query} onChange={setQuery} onRunQuery={() => {}} />
      )}
      <Button onClick={run}>Run query</Button>
      <pre data-testid="data-testid query">{JSON.stringify(query)}</pre>
      {frames.map((frame) => (
        <table key={frame.refId} aria-label="Answer">
          <thead>
            <tr>
              {frame.fields.map(({ name }) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: frame.length }, (_, row) => (
              <tr key={row}>
                {frame.fields.map(({ name, values }) => (
                  <td key={name}>{String(values[row])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
