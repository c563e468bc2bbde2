/**
 * What the holder of a key may do: `admin` everything, `viewer` read and change nothing, `portal` read what one customer used,
 * `ingest` send spans and ask for quota decisions.
 */
export const ROLES = ['admin', 'viewer', 'portal', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
