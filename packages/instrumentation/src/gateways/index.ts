import { bedrockMetadata } from './bedrock.ts';
import { cloudflare } from './cloudflare.ts';
import type { Gateway } from './gateway.ts';
import { helicone } from './helicone.ts';
import { litellm } from './litellm.ts';
import { portkey } from './portkey.ts';
import { truefoundry } from './truefoundry.ts';
import { vertexLabels } from './vertex.ts';

/** Every place that takes tags. One file and one line each. */
export const GATEWAYS = [
  bedrockMetadata,
  cloudflare,
  helicone,
  litellm,
  portkey,
  truefoundry,
  vertexLabels,
] as const satisfies readonly Gateway[];
