import Anthropic from '@anthropic-ai/sdk';
import { CostspanError } from '@costspan/usage';
import OpenAI from 'openai';
import { DEMO_MODELS, LIVE_MODELS, type ProductModels } from '../company/product.ts';
import { SIMULATOR_KEY } from '../simulator/credentials.ts';
import { startSimulator } from '../simulator/start-simulator.ts';
import type { AppOptions } from './app-options.ts';

/** The providers' own SDKs, pointed at the simulator or at the real thing. A client is absent where it has no key. */
export interface Providers {
  readonly openai?: OpenAI;
  readonly anthropic?: Anthropic;
  readonly models: ProductModels;
  /** What the app says when it starts: where the calls go and what that may cost. */
  readonly notice: string;
  close(): Promise<void>;
}

export async function openProviders(options: AppOptions, env: NodeJS.ProcessEnv): Promise<Providers> {
  return options.live ? openLive(options, env) : openSimulated(options);
}

/** Shares of calls that go wrong, about as at a real provider on an ordinary day; the SDKs retry most of them away. */
const FAULTS = { rate_limit: 0.02, server_error: 0.008, overloaded: 0.008, drop: 0.004, stream_error: 0.004 };
const RETRIES_MAX = 1;

async function openSimulated({ seed, latencyScale }: AppOptions): Promise<Providers> {
  const simulator = await startSimulator({ seed, latencyScale, faults: FAULTS });
  const common = { apiKey: SIMULATOR_KEY, maxRetries: RETRIES_MAX };
  return {
    openai: new OpenAI({ ...common, baseURL: simulator.openaiBaseUrl }),
    anthropic: new Anthropic({ ...common, baseURL: simulator.anthropicBaseUrl }),
    models: DEMO_MODELS,
    notice: `calling simulated providers at ${simulator.url}`,
    close: () => simulator.close(),
  };
}

function openLive({ callsMax }: AppOptions, env: NodeJS.ProcessEnv): Providers {
  const openai = env['OPENAI_API_KEY'] ? new OpenAI() : undefined;
  const anthropic = env['ANTHROPIC_API_KEY'] ? new Anthropic() : undefined;
  const names = [...(openai === undefined ? [] : ['OpenAI']), ...(anthropic === undefined ? [] : ['Anthropic'])];
  if (names.length === 0) {
    throw new CostspanError(
      'DEMO_KEYS',
      '--live needs OPENAI_API_KEY or ANTHROPIC_API_KEY; set one, or leave --live out',
    );
  }
  return {
    ...(openai === undefined ? {} : { openai }),
    ...(anthropic === undefined ? {} : { anthropic }),
    models: LIVE_MODELS,
    notice: `calling ${names.join(' and ')} for real: at most ${callsMax} calls with the cheapest models; this costs money`,
    close: async () => {},
  };
}
