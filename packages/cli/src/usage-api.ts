import { CostspanError } from '@costspan/usage';

/** The usage API, wherever it is: over HTTP, or inside this process on a ledger file that nobody else has open. */
export interface UsageApi {
  /** @param path below `/api/v1`. @returns the parsed JSON answer. @throws CostspanError with the API's own explanation. */
  ask(path: string, body?: object): Promise<unknown>;
  /** An answer that is no JSON, as it comes. @throws CostspanError with the API's own explanation. */
  fetch(path: string): Promise<Response>;
  close(): Promise<void>;
}

/** Talks to a running collector, with the API key of the environment when there is one; for as long as it takes unless told. */
export function usageApiAt(url: string, key: string | undefined, timeoutMs?: number): UsageApi {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const request = (path: string, body?: object): Promise<Response> => {
    const target = new URL(`/api/v1${path}`, url);
    const patience = timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) };
    return fetch(
      target,
      body === undefined
        ? { headers, ...patience }
        : { method: 'POST', headers, body: JSON.stringify(body), ...patience },
    ).catch((error: unknown) => {
      throw new CostspanError(
        'COLLECTOR_UNREACHABLE',
        `no collector answers at ${url} (${reasonOf(error)}). Start one with "costspan up", name another with --url, or read a ledger directly with --data DIR.`,
        { cause: error },
      );
    });
  };
  return {
    ask: async (path, body) => answerOf(await request(path, body)),
    fetch: async (path) => accepted(await request(path)),
    close: async () => {},
  };
}

/** Opens the ledger in a data directory. @throws CostspanError when another process holds it. */
export async function usageApiOf(dataDir: string): Promise<UsageApi> {
  const { apiRoutes, closingRoutes, openDuckDbLedger, openPeriods } = await import('@costspan/collector');
  const ledger = await openDuckDbLedger({ path: dataDir });
  const periods = closingRoutes({ opened: openPeriods(ledger, dataDir), source: ledger.exports });
  const routes = apiRoutes(ledger, undefined, undefined, undefined, undefined, periods);
  return {
    async ask(path, body) {
      const init =
        body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      return answerOf(await routes.request(path, init));
    },
    fetch: async (path) => accepted(await routes.request(path)),
    close: () => ledger.close(),
  };
}

async function answerOf(response: Response): Promise<unknown> {
  return JSON.parse(await (await accepted(response)).text());
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text();
  throw new CostspanError(
    'API_REFUSED',
    explainProblem(text) ?? `the API answered ${response.status}: ${text.slice(0, 300)}`,
  );
}

/** The sentences of an `application/problem+json` answer. */
function explainProblem(text: string): string | undefined {
  try {
    const problem = JSON.parse(text) as {
      detail?: string;
      title?: string;
      errors?: readonly { at: string; message: string }[];
    };
    const lines = [
      problem.detail ?? problem.title,
      ...(problem.errors ?? []).map((error) => `  ${error.at}: ${error.message}`),
    ];
    return lines.filter((line) => line !== undefined).join('\n');
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
