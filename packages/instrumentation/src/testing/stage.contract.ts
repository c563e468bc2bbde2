import type { Sampler } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { CostspanInstrumentationConfig } from '../call-settings.ts';
import { type ProviderServer, startProviderServer } from './provider-server.ts';
import { startTelemetry, type Telemetry } from './telemetry.ts';

/** What most test files stand on: an application's telemetry, and a provider that answers as it is told. */
export interface Stage {
  readonly telemetry: Telemetry;
  readonly server: ProviderServer;
}

/** For the whole of a test file. Spans and warnings are forgotten before each test. The server runs while tests do. */
export function startStage(config: CostspanInstrumentationConfig = {}, sampler?: Sampler): Stage {
  const telemetry = startTelemetry(config, sampler);
  let started: ProviderServer | undefined;
  const server = (): ProviderServer => {
    if (started === undefined) throw new Error('the provider server runs from beforeAll to afterAll');
    return started;
  };
  beforeAll(async () => {
    started = await startProviderServer();
  });
  afterAll(async () => {
    await started?.close();
    await telemetry.stop();
  });
  beforeEach(() => telemetry.clear());
  return {
    telemetry,
    server: {
      get url() {
        return server().url;
      },
      get requests() {
        return server().requests;
      },
      hungUp: () => server().hungUp(),
      answerWith: (...answers) => server().answerWith(...answers),
      close: () => server().close(),
    },
  };
}
