import { InvalidInputError } from '@costspan/usage';
import { Hono } from 'hono';
import { z } from 'zod';
import { problem } from '../api/problem.ts';
import { check } from '../query/request-schemas.ts';
import type { Privacy } from './privacy.ts';

/** What `POST /api/v1/privacy/erasures` takes. */
export const erasureBody = z
  .strictObject({
    value: z.string().min(1).max(256).describe('What the tag said before it became a pseudonym'),
    tag: z.string().max(64).optional().describe('Only under this tag'),
    dry_run: z.boolean().default(false).describe('Tell what is known and erase nothing'),
  })
  .describe('A person to be forgotten');

/** What it answers. */
export const erasureAnswer = z
  .strictObject({
    erased: z.boolean().describe('Whether the way from value to pseudonym is gone now'),
    subjects: z
      .array(z.strictObject({ tag: z.string(), pseudonym: z.string() }))
      .describe('Under what the person stands in the ledger, which stays as it is and adds up to what it did'),
  })
  .describe('What was known of a person');

/** Mounted under `/api/v1/privacy`. Without a glossary nobody has a pseudonym. */
export function privacyRoutes(privacy: Privacy | undefined): Hono {
  const app = new Hono();
  app.post('/erasures', async (context) => {
    if (privacy === undefined) return problem(404, 'no pseudonyms are kept; set privacy.tags in costspan.yaml');
    const checked = check(erasureBody, await context.req.json().catch(() => undefined));
    if (!checked.ok) throw new InvalidInputError('ERASURE_INVALID', 'erasure', checked.findings);
    const { value, tag, dry_run: isDry } = checked.value;
    const subjects = isDry ? privacy.subjects.find(value, tag) : await privacy.subjects.erase(value, tag);
    const answer: z.infer<typeof erasureAnswer> = {
      erased: !isDry && subjects.length > 0,
      subjects: subjects.map((subject) => ({ ...subject })),
    };
    return context.json(answer);
  });
  app.all('/erasures', () => problem(405, 'ask with POST', [], { allow: 'POST' }));
  return app;
}
