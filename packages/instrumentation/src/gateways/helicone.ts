import type { Gateway } from './gateway.ts';

/** Helicone: a header for each tag, and one for the user. Source: Helicone documentation, custom properties, read 2026-11-23. */
export const helicone: Gateway = {
  name: 'helicone',
  format: ({ user, ...tags }) => ({
    headers: {
      ...(user === undefined ? {} : { 'helicone-user-id': headerText(user) }),
      ...Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [`helicone-property-${key}`, headerText(value)]),
      ),
    },
  }),
};

/** What a header cannot carry as it is, is percent-encoded. */
function headerText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value);
}
