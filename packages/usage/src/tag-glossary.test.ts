import { describe, expect, test } from 'vitest';
import { InvalidInputError } from './errors.ts';
import { glossTags, parseTagGlossary, tagGlossaryTypes } from './tag-glossary.ts';

const glossary = parseTagGlossary(
  {
    tags: {
      customer_id: { description: 'Who pays.', required: true, pattern: '[a-z0-9-]+', length_max: 8 },
      environment: { values: ['production', 'staging'] },
      team: { required: ['production'] },
      user: { pii: 'hash' },
      email: { pii: 'reject' },
    },
    unknown: 'drop',
    missing: { production: 'throw', default: 'warn' },
  },
  'tags.yaml',
);
const gloss = (tags: Record<string, string>, environment = 'staging') =>
  glossTags(glossary, tags, environment, (value) => `h(${value})`);

describe('a glossary', () => {
  test.each([
    [{ customer_id: 'acme' }, { customer_id: 'acme' }, []],
    [{ customer_id: 'acme-123' }, { customer_id: 'acme-123' }, []],
    [{ customer_id: 'acme-1234' }, {}, ['has 9 characters']],
    [{ customer_id: 'ACME' }, {}, ['does not match']],
    [{ environment: 'test' }, {}, ['is none of production, staging']],
    [{ environment: 'staging' }, { environment: 'staging' }, []],
    [{ user: 'jane@example.com' }, { user: 'h(jane@example.com)' }, []],
    [{ email: 'jane@example.com' }, {}, ['personal data']],
    [{ colour: 'red' }, {}, ['not in the glossary']],
  ])('lets %j pass as %j', (tags, kept, problems) => {
    const { tags: passed, findings } = gloss(tags as Record<string, string>);
    expect(passed).toEqual(kept);
    expect(findings).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(findings[index]?.message).toContain(problem);
  });

  test('asks for its required tags by environment, and a tag that was refused is missing', () => {
    expect(gloss({ customer_id: 'acme' })).toMatchObject({ missing: [], onMissing: 'warn' });
    expect(gloss({ customer_id: 'acme' }, 'production')).toMatchObject({ missing: ['team'], onMissing: 'throw' });
    expect(gloss({ customer_id: 'ACME' }).missing).toEqual(['customer_id']);
  });

  test('is written out as TypeScript', () => {
    expect(tagGlossaryTypes(glossary)).toContain('  readonly environment?: "production" | "staging" | undefined;');
    expect(tagGlossaryTypes(glossary)).toContain('  /** Who pays. */\n  readonly customer_id?: string | undefined;');
  });

  test('with mistakes is refused with all of them', () => {
    const mistaken = {
      tags: { Bad: {}, a: { pii: 'x', pattern: '(', length_max: 0, values: 'v' } },
      unknown: 'no',
      more: 1,
    };
    const error = (() => {
      try {
        return parseTagGlossary(mistaken, 'tags.yaml');
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as InvalidInputError).findings.map(({ at }) => at).sort()).toEqual([
      'tags.Bad',
      'tags.a.length_max',
      'tags.a.pattern',
      'tags.a.pii',
      'tags.a.values',
      'tags.yaml.more',
      'unknown',
    ]);
  });
});
