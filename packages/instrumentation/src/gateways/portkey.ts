import type { Gateway } from './gateway.ts';

/** Portkey: one JSON object, in which `_user` is the end user. Source: Portkey documentation, metadata, read 2026-11-23. */
export const portkey: Gateway = {
  name: 'portkey',
  valueLengthMax: 128,
  format: ({ user, ...tags }) => ({
    headers: { 'x-portkey-metadata': JSON.stringify({ ...(user === undefined ? {} : { _user: user }), ...tags }) },
  }),
};
