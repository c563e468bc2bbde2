import type { TracerProvider } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { CostspanInstrumentation } from '../../src/index.ts';

/** One instrumentation that is compared. Versions are pinned: a table says what it was made with. */
export interface Peer {
  readonly name: string;
  /** What npm installs for it, as `package.json` writes dependencies. */
  readonly packages: Readonly<Record<string, string>>;
  /** Observes what is required from now on. @returns how a client is wrapped, where the application must do that itself. */
  observe(requirePeer: NodeJS.Require, provider: TracerProvider): ((client: object) => object) | undefined;
}

/** Every instrumentation in the table, ours first. */
export const PEERS: readonly Peer[] = [
  {
    name: 'costspan',
    packages: {},
    observe: () => {
      new CostspanInstrumentation({ includeUsageHosts: ['127.0.0.1', 'example.test'], streamIdleTimeoutMs: 200 });
      return undefined;
    },
  },
  {
    name: 'opentelemetry',
    packages: { '@opentelemetry/instrumentation-openai': '0.22.0' },
    observe: (requirePeer, provider) => register(provider, made(requirePeer, '@opentelemetry/instrumentation-openai')),
  },
  {
    name: 'traceloop',
    packages: { '@traceloop/instrumentation-openai': '0.27.0', '@traceloop/instrumentation-anthropic': '0.27.0' },
    observe: (requirePeer, provider) =>
      register(
        provider,
        made(requirePeer, '@traceloop/instrumentation-openai'),
        made(requirePeer, '@traceloop/instrumentation-anthropic'),
      ),
  },
  {
    name: 'openinference',
    packages: {
      '@arizeai/openinference-instrumentation-openai': '4.2.7',
      '@arizeai/openinference-instrumentation-anthropic': '0.2.8',
    },
    observe: (requirePeer, provider) =>
      register(
        provider,
        made(requirePeer, '@arizeai/openinference-instrumentation-openai'),
        made(requirePeer, '@arizeai/openinference-instrumentation-anthropic'),
      ),
  },
  {
    name: 'openlit',
    packages: { openlit: '1.15.0' },
    observe: (requirePeer, provider) => {
      const { default: openlit } = requirePeer('openlit') as { default: { init(options: object): void } };
      // It takes a provider that is there only by a method that providers no longer have, and else brings its own.
      Object.assign(provider, { addSpanProcessor: () => undefined });
      openlit.init({
        applicationName: 'compare',
        environment: 'compare',
        otlpEndpoint: 'http://127.0.0.1:1',
        disableMetrics: true,
        disableEvents: true,
        pricingJson: {},
      });
      return undefined;
    },
  },
  {
    name: 'langfuse',
    packages: { '@langfuse/openai': '5.11.1' },
    observe: (requirePeer) => {
      const { observeOpenAI } = requirePeer('@langfuse/openai') as { observeOpenAI(client: object): object };
      // It has a wrapper for OpenAI's client, and nothing for the others.
      return (client) => (client.constructor.name === 'OpenAI' ? observeOpenAI(client) : client);
    },
  },
];

/** The SDKs that all of them are tried on, and a copy that nobody observes. */
export const SDKS: Readonly<Record<string, string>> = {
  openai: '6.49.0',
  'openai-bare': 'npm:openai@6.49.0',
  '@anthropic-ai/sdk': '0.137.0',
  '@opentelemetry/api': '1.10.0',
};

/** The newest version of an SDK, in a folder of its own: hooks go by the name of the folder that it is installed in. */
export const NEWEST: Readonly<Record<string, string>> = { openai: '7.57.0' };

interface Instrumentation {
  setTracerProvider(provider: TracerProvider): void;
}

/** The one instrumentation class of a package, whatever it is called. */
function made(requirePeer: NodeJS.Require, name: string): Instrumentation {
  const exported = Object.values(requirePeer(name) as Record<string, unknown>);
  const found = exported.find((one) => typeof one === 'function' && one.name.endsWith('Instrumentation'));
  if (typeof found !== 'function') throw new Error(`${name} exports no instrumentation`);
  return Reflect.construct(found, []) as Instrumentation;
}

function register(tracerProvider: TracerProvider, ...instrumentations: Instrumentation[]): undefined {
  registerInstrumentations({ tracerProvider, instrumentations: instrumentations as never });
}
