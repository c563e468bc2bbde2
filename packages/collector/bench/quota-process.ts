// A collector with quotas under load, in a process of its own: prints its URL, the processor time it has used for every line
// of its input, and stops when its input ends.
import { parseConfig, startCollector } from '@costspan/collector';

const [rules = '', store = 'memory'] = process.argv.slice(2);
const collector = await startCollector(
  parseConfig({ listen: '127.0.0.1:0', data: ':memory:', quota: { rules, store } }, 'bench', {}),
  { say: () => {} },
);
process.stdout.write(`${collector.url}\n`);
process.stdin.on('data', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
});
process.stdin.once('end', () => void collector.close());
