// A server-like application: one call, then it waits to be told to stop.
import OpenAI from 'openai';

const openai = new OpenAI({ apiKey: 'k', baseURL: `${process.env['PROVIDER_URL']}/v1`, maxRetries: 0 });
await openai.chat.completions.create({ model: 'gpt-5', messages: [] });
if (process.env['OWN_HANDLER'] === '1') {
  // It has work of its own to finish, until it is told that it has.
  process.on('SIGTERM', () => process.stdin.once('data', () => process.exit(7)));
}
setInterval(() => {}, 1_000);
process.stdout.write('ready\n');
