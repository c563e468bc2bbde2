/** Answers of the usage API, as far as tests look at them. */
export interface UsageAnswer {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly total: Readonly<Record<string, string | number | null>>;
  readonly unpriced_calls: number;
}

export interface CallAnswer {
  readonly id: string;
  readonly provider: string;
  readonly model: string | null;
  readonly outcome: string;
  readonly cost: string | null;
  readonly cost_status: string;
  readonly usage: Readonly<Record<string, number>>;
  readonly usage_status: string;
  readonly tags: Readonly<Record<string, string>>;
}

const ALWAYS = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

export async function queryUsage(url: string, question: object): Promise<UsageAnswer> {
  const response = await fetch(new URL('/api/v1/usage/query', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ALWAYS, ...question }),
  });
  if (!response.ok) throw new Error(`usage query answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as UsageAnswer;
}

/** Every call that matches, page by page. */
export async function allCalls(url: string, filter: Readonly<Record<string, string>> = {}): Promise<CallAnswer[]> {
  const calls: CallAnswer[] = [];
  let cursor: string | null = null;
  do {
    const target = new URL('/api/v1/calls', url);
    for (const [key, value] of Object.entries({ ...ALWAYS, limit: '500', ...filter }))
      target.searchParams.set(key, value);
    if (cursor !== null) target.searchParams.set('cursor', cursor);
    const response = await fetch(target);
    if (!response.ok) throw new Error(`calls answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as {
      readonly calls: readonly CallAnswer[];
      readonly next_cursor: string | null;
    };
    calls.push(...page.calls);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return calls;
}
