import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Body = Record<string, unknown>;

/** An API that keeps dashboards and monitors, and refuses what Datadog was recorded to refuse, in its words. */
export interface LoopbackDatadog {
  readonly url: string;
  readonly dashboards: Map<string, Body>;
  readonly monitors: Map<number, Body>;
  /** `GET /api/v1/monitor`, in order. */
  readonly requests: string[];
  /** Answers this many requests with 429 first. */
  throttle(requests: number): void;
  close(): Promise<void>;
}

export async function startLoopbackDatadog(): Promise<LoopbackDatadog> {
  const dashboards = new Map<string, Body>();
  const monitors = new Map<number, Body>();
  const requests: string[] = [];
  let throttled = 0;
  let nextId = 1;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://loopback');
    requests.push(`${request.method} ${pathname}`);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.headers['dd-api-key'] !== 'api-secret-1' || request.headers['dd-application-key'] !== 'app-secret-1') {
      send(403, { errors: [`Forbidden: ${String(request.headers['dd-api-key'])}`] });
      return;
    }
    if (throttled > 0) {
      throttled -= 1;
      send(429, { errors: ['Too many requests'] }, { 'x-ratelimit-reset': '0' });
      return;
    }
    const body = await bodyOf(request);
    const [, , , kind, id = ''] = pathname.split('/');
    if (kind === 'dashboard') {
      if (request.method === 'GET' && id === '') {
        send(200, {
          dashboards: [...dashboards.values()].map(({ id: own, title, description }) => ({
            id: own,
            title,
            description,
          })),
        });
        return;
      }
      if (request.method !== 'POST' && !dashboards.has(id)) {
        send(404, { errors: [`Dashboard with ID ${id} not found`] });
        return;
      }
      if (request.method === 'DELETE') {
        dashboards.delete(id);
        send(200, { deleted_dashboard_id: id });
        return;
      }
      if (request.method === 'GET') {
        send(200, dashboards.get(id));
        return;
      }
      const refused = refusalOfDashboard(body);
      if (refused !== undefined) {
        send(400, { errors: [refused] });
        return;
      }
      const own = request.method === 'POST' ? `abc-def-${nextId++}` : id;
      // Ids of its own, whatever was sent; tabs follow.
      const given = (body['widgets'] as Body[]).map((widget) => widget['id']);
      const widgets = (body['widgets'] as Body[]).map((widget, index) => ({ ...widget, id: 7_000_000 + index }));
      const tabs = ((body['tabs'] ?? []) as Body[]).map((tab) => ({
        ...tab,
        widget_ids: (tab['widget_ids'] as number[]).map((named) => 7_000_000 + given.indexOf(named)),
      }));
      const kept = {
        ...body,
        widgets,
        ...(tabs.length === 0 ? {} : { tabs }),
        id: own,
        author_handle: 'somebody',
        created_at: '2026-11-01T00:00:00Z',
        notify_list: [],
      };
      dashboards.set(own, kept);
      send(200, kept);
      return;
    }
    if (kind === 'monitor') {
      if (request.method === 'GET') {
        const wanted = new URL(request.url ?? '/', 'http://loopback').searchParams.get('monitor_tags');
        const all = [...monitors.values()].filter(({ tags }) => wanted === null || (tags as string[]).includes(wanted));
        send(200, all);
        return;
      }
      if (request.method === 'DELETE') {
        monitors.delete(Number(id));
        send(200, { deleted_monitor_id: Number(id) });
        return;
      }
      const refused = refusalOfMonitor(body);
      if (refused !== undefined) {
        send(400, { errors: [refused] });
        return;
      }
      if (id === 'validate') {
        send(200, {});
        return;
      }
      const own = request.method === 'POST' ? nextId++ : Number(id);
      const kept = { ...body, id: own, created: '2026-11-01T00:00:00Z', multi: true, overall_state: 'No Data' };
      monitors.set(own, kept);
      send(200, kept);
      return;
    }
    send(404, { errors: ['Not found'] });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dashboards,
    monitors,
    requests,
    throttle: (count) => {
      throttled = count;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Source: recorded answers of the API, in `DataDog/datadog-api-client-typescript` and the issues of its Terraform provider. */
export function refusalOfDashboard(body: Body): string | undefined {
  const tags = (body['tags'] ?? []) as string[];
  if (tags.some((tag) => !tag.startsWith('team:'))) return 'Invalid tag format. Valid tag keys are: team.';
  const variables = (body['template_variables'] ?? []) as Body[];
  if (variables.some((one) => one['default'] !== undefined && one['defaults'] !== undefined))
    return "'template_variables' is invalid";
  const presets = ((body['template_variable_presets'] ?? []) as Body[]).flatMap(
    (one) => one['template_variables'] as Body[],
  );
  if (presets.some((one) => one['value'] !== undefined && one['values'] !== undefined))
    return "'template_variable_presets' is invalid";
  const widgets = (body['widgets'] ?? []) as Body[];
  const at = widgets.findIndex(({ definition }) => typeof (definition as Body | undefined)?.['type'] !== 'string');
  if (at >= 0) return `Invalid widget definition at position ${at} of type undefined.`;
  const named = ((body['tabs'] ?? []) as Body[]).flatMap((tab) => tab['widget_ids'] as unknown[]);
  if (named.some((id) => !widgets.some((widget) => widget['id'] === id))) return "'tabs' is invalid";
  const isFixed = body['reflow_type'] === 'fixed';
  return isFixed && widgets.some(({ layout }) => layout === undefined) ? 'Widgets need a layout' : undefined;
}

export function refusalOfMonitor(body: Body): string | undefined {
  const query = String(body['query']);
  if (body['type'] === 'composite') {
    return /^\d+(\s*(&&|\|\|)\s*\d+)+$/.test(query) ? undefined : "The value provided for parameter 'query' is invalid";
  }
  const [, operator, threshold] = /\s(>=|<=|>|<)\s*(-?[\d.]+)$/.exec(query) ?? [];
  if (operator === undefined) return "The value provided for parameter 'query' is invalid: invalid operator specified";
  const thresholds = ((body['options'] as Body | undefined)?.['thresholds'] ?? {}) as Record<string, unknown>;
  if (Object.values(thresholds).some((value) => typeof value !== 'number')) return 'Non-numeric threshold value';
  if (thresholds['critical'] === undefined) return 'Alert status is required';
  const recovery = thresholds['critical_recovery'];
  const isAlert = (value: number): boolean =>
    operator.startsWith('>') ? value > Number(threshold) : value < Number(threshold);
  if (typeof recovery === 'number' && isAlert(recovery))
    return 'The monitor can be simultaneously in alert and alert recovery states';
  if (thresholds['critical'] !== Number(threshold))
    return `Alert threshold (${String(thresholds['critical'])}) does not match that used in the query (${threshold})`;
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Body);
}
