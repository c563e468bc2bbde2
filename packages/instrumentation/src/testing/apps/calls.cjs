// The same application as a CommonJS program.
const Anthropic = require('@anthropic-ai/sdk');
const OpenAI = require('openai');

const url = process.env['PROVIDER_URL'];
const openai = new OpenAI({ apiKey: 'k', baseURL: `${url}/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: 'k', baseURL: url, maxRetries: 0 });
const messages = [{ role: 'user', content: 'hi' }];

(async () => {
  const chat = await openai.chat.completions.create({ model: 'gpt-5', messages });
  const message = await anthropic.messages.create({ model: 'claude-opus-5', max_tokens: 5, messages });
  process.stdout.write(`${JSON.stringify([chat.id, message.id])}\n`);
})();
