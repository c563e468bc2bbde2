// Prints how a failed call that is ignored, and one that is handled, look to the process.
import OpenAI from 'openai';

const seen = [];
process.on('unhandledRejection', (error) => seen.push(error.constructor.name));
process.on('rejectionHandled', () => seen.push('handled after all'));
const openai = new OpenAI({ apiKey: 'k', baseURL: `${process.env['PROVIDER_URL']}/v1`, maxRetries: 0 });
const params = { model: 'gpt-5', messages: [] };

openai.chat.completions.create(params);
openai.chat.completions.create(params).then(() => {});
await openai.chat.completions.create(params).catch(() => {});
await openai.chat.completions
  .create({ ...params, stream: true })
  .asResponse()
  .catch(() => {});
await openai.chat.completions
  .create(params)
  .withResponse()
  .catch(() => {});
const held = openai.chat.completions.create(params);
await new Promise((resolve) => setTimeout(resolve, 0));
await held.catch(() => {});
await new Promise((resolve) => setTimeout(resolve, 200));
process.stdout.write(`${JSON.stringify(seen)}\n`);
