import { isJsonObject, type Json, type JsonObject } from '../lint/finding.ts';
import { keyOf } from '../provision/marks.ts';
import { PushError } from './push-error.ts';
import type { RemoteObject, RemoteObjects } from './remote-objects.ts';

export interface DatadogAccess {
  readonly apiKey: string;
  readonly appKey: string;
  /** `datadoghq.com`, `datadoghq.eu`, `us5.datadoghq.com`, … */
  readonly site?: string;
  /** Another address of the API altogether. */
  readonly url?: string;
  /** Tries of one request beside the first, after 429 and 5xx. */
  readonly retriesMax?: number;
}

const PAGE_SIZE = 100;
/** Its own log writes requests with their headers, keys included, when it is told to: it is told to write nothing. */
const LOGGER = '@datadog/datadog-api-client/dist/logger.js';
const MODELS = '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js';
const SITE = /^[a-z0-9][a-z0-9.-]*\.[a-z]{2,}$/;

/**
 * The only file that knows the official client. It is loaded when it is used, since it is large, and it is not a dependency:
 * who pushes installs it.
 * @throws PushError when it is not there, or the access makes no sense.
 */
export async function openDatadogApi(access: DatadogAccess): Promise<RemoteObjects> {
  const { client, v1 } = await load(() => import('@datadog/datadog-api-client'));
  const { ObjectSerializer } = await load(() => import(MODELS) as Promise<{ ObjectSerializer: Serializer }>);
  const { logger } = await load(() => import(LOGGER) as Promise<{ logger: { setLevel(level: 'silent'): void } }>);
  logger.setLevel('silent');
  const secrets = [access.apiKey, access.appKey];
  const configuration = client.createConfiguration({
    authMethods: { apiKeyAuth: access.apiKey, appKeyAuth: access.appKey },
    enableRetry: true,
    maxRetries: access.retriesMax ?? 5,
    ...(access.url === undefined ? {} : { baseServer: new client.BaseServerConfiguration(access.url, {}) }),
  });
  if (access.url === undefined && access.site !== undefined) {
    if (!SITE.test(access.site))
      throw new PushError('SITE_INVALID', `"${access.site}" is no Datadog site; give the like of datadoghq.eu`);
    configuration.setServerVariables({ site: access.site });
  }
  const dashboards = new v1.DashboardsApi(configuration);
  const monitors = new v1.MonitorsApi(configuration);
  const asked = <T>(what: string, ask: () => Promise<T>): Promise<T> =>
    ask().catch((cause: unknown) => {
      const code = isJsonObject(cause) && cause['code'] === 400 ? 'DATADOG_REFUSED' : 'DATADOG_FAILED';
      throw new PushError(code, `${what}: ${wordsOf(cause, secrets)}`);
    });
  const plain = (model: unknown, type: string): JsonObject => {
    const json = ObjectSerializer.serialize(model, type);
    return isJsonObject(json) ? json : {};
  };
  const modelOf = <T>(json: Json, type: string): T => ObjectSerializer.deserialize(structuredClone(json), type) as T;
  type Dashboard = InstanceType<typeof v1.Dashboard>;
  type Monitor = InstanceType<typeof v1.Monitor>;

  return {
    dashboards: async () => {
      const { dashboards: all = [] } = await asked('listing dashboards', () => dashboards.listDashboards());
      const ours = all.filter(({ description }) => keyOf({ description: description ?? undefined }) !== undefined);
      const found: RemoteObject[] = [];
      for (const { id } of ours) {
        if (id === undefined) continue;
        const whole = await asked(`reading dashboard ${id}`, () => dashboards.getDashboard({ dashboardId: id }));
        found.push({ id, json: plain(whole, 'Dashboard') });
      }
      return found;
    },
    monitors: async () => {
      const found: RemoteObject[] = [];
      for (let page = 0; ; page += 1) {
        const some = await asked('listing monitors', () =>
          monitors.listMonitors({ monitorTags: 'managed-by:costspan', page, pageSize: PAGE_SIZE }),
        );
        for (const one of some) {
          const json = plain(one, 'Monitor');
          if (one.id !== undefined && keyOf({ tags: json['tags'] }) !== undefined)
            found.push({ id: String(one.id), json });
        }
        if (some.length < PAGE_SIZE) return found;
      }
    },
    create: async (kind, json) => {
      if (kind === 'dashboard') {
        const body = modelOf<Dashboard>(json, 'Dashboard');
        return String((await asked('creating a dashboard', () => dashboards.createDashboard({ body }))).id);
      }
      const body = modelOf<Monitor>(json, 'Monitor');
      return String((await asked('creating a monitor', () => monitors.createMonitor({ body }))).id);
    },
    update: async (kind, id, json) => {
      if (kind === 'dashboard') {
        const body = modelOf<Dashboard>(json, 'Dashboard');
        await asked(`writing dashboard ${id}`, () => dashboards.updateDashboard({ dashboardId: id, body }));
      } else {
        const body = modelOf<InstanceType<typeof v1.MonitorUpdateRequest>>(json, 'MonitorUpdateRequest');
        await asked(`writing monitor ${id}`, () => monitors.updateMonitor({ monitorId: Number(id), body }));
      }
    },
    delete: async (kind, id) => {
      if (kind === 'dashboard')
        await asked(`deleting dashboard ${id}`, () => dashboards.deleteDashboard({ dashboardId: id }));
      else await asked(`deleting monitor ${id}`, () => monitors.deleteMonitor({ monitorId: Number(id) }));
    },
    validateMonitor: async (json) => {
      const body = modelOf<Monitor>(json, 'Monitor');
      await asked('checking a monitor', () => monitors.validateMonitor({ body }));
    },
  };
}

interface Serializer {
  serialize(value: unknown, type: string): unknown;
  deserialize(value: unknown, type: string): unknown;
}

async function load<T>(from: () => Promise<T>): Promise<T> {
  try {
    return await from();
  } catch (cause) {
    throw new PushError(
      'CLIENT_MISSING',
      'the Datadog client is not installed; add it beside costspan: npm install @datadog/datadog-api-client',
      { cause },
    );
  }
}

/** What Datadog said, without the keys, whatever it echoes. */
function wordsOf(cause: unknown, secrets: readonly string[]): string {
  const body: unknown = isJsonObject(cause) ? cause['body'] : undefined;
  const code = isJsonObject(cause) ? cause['code'] : undefined;
  const errors = isJsonObject(body) && Array.isArray(body['errors']) ? body['errors'].join('; ') : undefined;
  const message = errors ?? (cause instanceof Error ? cause.message : String(cause));
  const words = code === undefined ? message : `${String(code)}: ${message}`;
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '…'), words);
}
