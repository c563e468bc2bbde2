import type { Option } from './option.ts';

/** What becomes of tags that name a person. */
export const PRIVACY_OPTIONS = {
  tags: {
    kind: 'text',
    default: '',
    about:
      'Glossary of tags (`tags.yaml`): of a tag with `pii: hash` a pseudonym is kept, one with `pii: reject` is left out.',
    zero: 'Not set: tags are kept as they come.',
  },
  subjectsMax: {
    kind: 'integer',
    unit: 'persons',
    default: 1_000_000,
    min: 1,
    max: 100_000_000,
    about: 'Most persons whose pseudonyms are kept apart; a tag that names a further one is left out and counted.',
    zero: '0 is refused.',
  },
} as const satisfies Record<string, Option>;
