import { join } from 'node:path';
import type { CollectorConfig } from '../config/collector-config.ts';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { accessFolder } from './access-folder.ts';
import { AuditLog } from './audit-log.ts';
import type { GuardParts } from './guard.ts';
import { KeyRing } from './key-ring.ts';
import { RequestLimit } from './request-limit.ts';

/** What stands before every route, until it is closed. */
export interface Access extends GuardParts {
  close(): Promise<void>;
}

export const AUDIT_FILE = 'audit.ndjson';

export function openAccess(
  { ingestKeys, access, data }: Pick<CollectorConfig, 'ingestKeys' | 'access' | 'data'>,
  metrics: SelfMetrics,
  notices: Notices,
): Access {
  const folder = accessFolder(data);
  const { auditBytesMax: bytesMax } = access;
  const keys = new KeyRing({ ingestKeys, path: access.keys, metrics, notices });
  const audit =
    folder === undefined || bytesMax === 0
      ? undefined
      : new AuditLog({ path: join(folder, AUDIT_FILE), bytesMax, metrics, notices });
  return {
    keys,
    metrics,
    audit,
    limit: new RequestLimit(access.requestsPerMinute),
    portalLimit: new RequestLimit(access.portalRequestsPerMinute),
    close: async () => {
      keys.close();
      await audit?.close();
    },
  };
}
