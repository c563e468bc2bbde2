import type { ClientSchema } from '../check-schema.ts';
import schema from './client-schema.json' with { type: 'json' };

export const CLIENT_SCHEMA = schema as unknown as ClientSchema;
