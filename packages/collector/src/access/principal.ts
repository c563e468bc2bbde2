import type { Role } from './roles.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Who asks. Absent where nobody was asked for a key. */
    principal?: Principal;
  }
}

/** Who a request comes from. */
export interface Principal {
  /** The public part of the key, or the place of a key in the configuration. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The only customers whose calls it may know of; absent for all of them. Never empty. */
  readonly customers?: readonly string[];
}
