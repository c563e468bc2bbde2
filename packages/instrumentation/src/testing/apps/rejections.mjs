// Prints how failed calls that are ignored, that are handled late, and that are handled at once look to the process.
import OpenAI from 'openai';

const seen = [];
process.on('unhandledRejection', (error) => seen.push(error.constructor.name));
process.on('rejectionHandled', () => seen.push('handled after all'));
const openai = new OpenAI({ apiKey: 'k', baseURL: `${process.env['PROVIDER_URL']}/v1`, maxRetries: 0 });
const params = { model: 'gpt-5', messages: [] };
const create = () => openai.chat.completions.create(params);
const seenTimes = async (count) => {
  while (seen.length < count) await new Promise(setImmediate);
};

create();
await seenTimes(1);
create().then(() => {});
await seenTimes(2);
const held = create();
await seenTimes(3);
await held.catch(() => {});
await seenTimes(4);

await create().catch(() => {});
await openai.chat.completions
  .create({ ...params, stream: true })
  .asResponse()
  .catch(() => {});
await create()
  .withResponse()
  .catch(() => {});
// What comes of a rejection comes before the turn after it ends.
for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
process.stdout.write(`${JSON.stringify(seen)}\n`);
