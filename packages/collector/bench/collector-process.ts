// The collector under load, in a process of its own: prints its URL and stops when its input ends.
import { setFlagsFromString } from 'node:v8';
import { parseConfig, startCollector } from '@costspan/collector';

// As `costspan up` does.
setFlagsFromString('--max-semi-space-size=64');
const [data = ':memory:'] = process.argv.slice(2);
const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data }, 'bench', {}));
process.stdout.write(`${collector.url}\n`);
const startedAt = process.cpuUsage();
process.stdin.resume();
process.stdin.once('end', async () => {
  await collector.close();
  const { user, system } = process.cpuUsage(startedAt);
  process.stdout.write(
    `${JSON.stringify({ cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage().rss })}\n`,
  );
});
