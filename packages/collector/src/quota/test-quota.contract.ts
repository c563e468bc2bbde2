import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Notices } from '../notices.ts';
import { openCardFiles } from '../prices/card-files.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { openQuota, type QuotaService } from './open-quota.ts';
import type { QuotaConfig } from './quota-config.ts';

const scratched: string[] = [];
afterAll(() => {
  for (const path of scratched.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A directory of its own, gone after the tests of the file. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'costspan-quota-'));
  scratched.push(path);
  return path;
}

/** Writes rules (the part below `format:`, or a whole file) where a test can change them. */
export function ruleFile(rules: string, name = 'quota.yaml'): string {
  const file = join(scratch(), name);
  writeFileSync(file, ruleText(rules));
  return file;
}

export function ruleText(rules: string): string {
  return /^(type|format):/m.test(rules) ? rules : `format: costspan.quota/1\n${rules}`;
}

/** The section `quota` as the configuration reads it. */
export function quotaConfig(section: Readonly<Record<string, unknown>>): QuotaConfig {
  const { quota } = parseConfig({ listen: '127.0.0.1:0', quota: section }, 'test', {});
  return quota as QuotaConfig;
}

/** Quotas over a ledger of the test, with the bundled prices, that follow nothing by themselves. */
export async function openTestQuota(
  ledger: Ledger,
  rules: string,
  section: Readonly<Record<string, unknown>> = {},
  isLedgerShared = false,
): Promise<QuotaService> {
  const [metrics, notices] = [new SelfMetrics(), new Notices(() => {})];
  const prices = await openCardFiles({ files: [], metrics, notices });
  const config = quotaConfig({ rules: ruleFile(rules), ...section });
  return (await openQuota(config, { prices, metrics, notices, data: ':memory:', isLedgerShared })).start(ledger);
}
