import { ARTICLES } from '../../company/handbook.ts';
import { type Feature, required } from '../feature.ts';
import { SEARCH_QUERIES } from '../questions.ts';

/** Search by meaning: embed the articles now and then, embed the query, let a small model answer from the best matches. */
export const search: Feature = {
  name: 'search',
  provider: 'openai',
  async serve({ customer, providers, budget, random, signal }) {
    const openai = required(providers.openai, 'search');
    const embed = async (input: string[]) => {
      const { data } = await openai.embeddings.create({ model: providers.models.searchEmbedding, input }, { signal });
      return data.map((item) => item.embedding);
    };

    if (!budget.take()) return 'cancelled';
    if (!indexes.has(customer.id) || random.chance(REINDEX_PROBABILITY)) {
      indexes.set(customer.id, await embed(ARTICLES.map((article) => `${article.title}. ${article.text}`)));
      if (!budget.take()) return 'answered';
    }
    const query = random.pick(SEARCH_QUERIES);
    const [wanted = []] = await embed([query]);
    const ranked = (indexes.get(customer.id) ?? [])
      .map((vector, index) => ({ index, score: dot(wanted, vector) }))
      .sort((a, b) => b.score - a.score);
    const context = ranked.slice(0, 3).map(({ index }) => ARTICLES[index]?.text);

    if (!random.chance(ANSWER_PROBABILITY) || !budget.take()) return 'answered';
    await openai.responses.create(
      {
        model: providers.models.searchAnswer,
        instructions: 'Answer the query in two sentences from the passages. Say so when they do not hold the answer.',
        input: `Query: ${query}\n\nPassages:\n${context.join('\n\n')}`,
        max_output_tokens: 300,
        store: false,
      },
      { signal },
    );
    return 'answered';
  },
};

/** Article vectors by customer: as many as there are customers. */
const indexes = new Map<string, number[][]>();
const REINDEX_PROBABILITY = 0.04;
const ANSWER_PROBABILITY = 0.6;

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
