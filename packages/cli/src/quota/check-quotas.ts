import { usageApiAt } from '../usage-api.ts';

interface QuotaCheck {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'fail';
  readonly detail: string;
}

interface RulesJson {
  readonly files: { readonly rules: string | null; readonly plans: string | null };
  readonly store: string;
  readonly refusal: string | null;
  readonly warnings: readonly unknown[];
  readonly rules: readonly unknown[];
}

const TIMEOUT_MS = 3_000;

/**
 * What `costspan doctor` says of quotas: which files are in force at the collector, where its counters are and whether they can be
 * reached, and what switches enforcement on in processes that are started here. Nothing of a collector that does not answer.
 */
export async function checkQuotas(url: string, env: NodeJS.ProcessEnv): Promise<readonly QuotaCheck[]> {
  const api = usageApiAt(url, env['COSTSPAN_API_KEY'], TIMEOUT_MS);
  const checks: QuotaCheck[] = [];
  try {
    const status = (await api.ask('/quota/status?limit=1').catch(reasonOf)) as
      | { readonly configured?: boolean }
      | string;
    if (typeof status !== 'string' && status.configured === false) {
      checks.push({ name: 'quotas', state: 'note', detail: 'none; set quota.rules in costspan.yaml' });
    } else {
      const rules = (await api.ask('/quota/rules')) as RulesJson;
      checks.push(ofRules(rules), ofStore(rules, typeof status === 'string' ? status : undefined));
    }
  } catch {
    // The check of the collector itself says that it does not answer.
  }
  return [...checks, ofHook(env)];
}

function ofRules({ files, refusal, warnings, rules }: RulesJson): QuotaCheck {
  const name = 'quota rules';
  const from = [files.rules, files.plans].filter((file) => file !== null).join(' and ');
  if (refusal !== null) {
    return { name, state: 'fail', detail: `${from}: the last good rules stay in force, since ${refusal}` };
  }
  const warned = warnings.length === 0 ? '' : `, doubtful: ${warnings.length} (costspan quota lint says why)`;
  return {
    name,
    state: warnings.length === 0 ? 'ok' : 'note',
    detail: `${from}: in force, rules: ${rules.length}${warned}`,
  };
}

function ofStore({ store }: RulesJson, failure: string | undefined): QuotaCheck {
  const name = 'quota counters';
  if (failure === undefined) return { name, state: 'ok', detail: `${store} answers` };
  return { name, state: 'fail', detail: `${store}: ${failure}; each rule’s on_store_failure decides meanwhile` };
}

/** What the hook in an application of this environment would do. */
function ofHook(env: NodeJS.ProcessEnv): QuotaCheck {
  const name = 'quota hook';
  const [url, rules] = [env['COSTSPAN_QUOTA_URL'], env['COSTSPAN_QUOTA_RULES']];
  if (url !== undefined) return { name, state: 'ok', detail: `COSTSPAN_QUOTA_URL: calls are decided by ${url}` };
  if (rules !== undefined) return { name, state: 'ok', detail: `COSTSPAN_QUOTA_RULES: calls are decided by ${rules}` };
  const detail =
    'off, unless the application’s code says otherwise; COSTSPAN_QUOTA_URL or COSTSPAN_QUOTA_RULES switch it on';
  return { name, state: 'note', detail };
}

function reasonOf(error: unknown): string {
  return (error as Error).message;
}
