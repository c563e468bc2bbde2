import type { JsonObject } from '../lint/finding.ts';

/** A dashboard or monitor as Datadog has it. */
export interface RemoteObject {
  readonly id: string;
  readonly json: JsonObject;
}

/** What plans read and write. One implementation speaks to Datadog; every other is a test's. */
export interface RemoteObjects {
  /** Dashboards with a mark of ours, whole; monitors with our tags. Others are not read. */
  dashboards(): Promise<readonly RemoteObject[]>;
  monitors(): Promise<readonly RemoteObject[]>;
  create(kind: 'dashboard' | 'monitor', json: JsonObject): Promise<string>;
  update(kind: 'dashboard' | 'monitor', id: string, json: JsonObject): Promise<void>;
  delete(kind: 'dashboard' | 'monitor', id: string): Promise<void>;
  /** Asks Datadog's own parser. @throws PushError `DATADOG_REFUSED` with its words; `DATADOG_FAILED` when it could not be asked. */
  validateMonitor(json: JsonObject): Promise<void>;
}
