import { ARTICLES } from '../../company/handbook.ts';
import { type Feature, required } from '../feature.ts';

/** Translates one to four pages at once; enterprise customers watch it happen, the others wait. */
export const translation: Feature = {
  name: 'translation',
  provider: 'openai',
  async serve({ customer, providers, budget, random, signal }) {
    if (!budget.take()) return 'cancelled';
    const openai = required(providers.openai, 'translation');
    const pages = Array.from({ length: random.integer(1, 4) }, () => random.pick(ARTICLES).text);
    const request = {
      model: providers.models.translation[customer.plan],
      instructions: `Translate into ${random.pick(LANGUAGES)}. Keep headings, links and names from the glossary.`,
      input: pages.join('\n\n'),
      max_output_tokens: 2000,
      store: false,
    };
    if (customer.plan === 'enterprise') await openai.responses.stream(request, { signal }).finalResponse();
    else await openai.responses.create(request, { signal });
    return 'answered';
  },
};

const LANGUAGES = ['French', 'German', 'Spanish', 'Japanese', 'Portuguese', 'Polish'] as const;
