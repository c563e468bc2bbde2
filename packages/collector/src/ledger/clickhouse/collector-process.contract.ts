import { parseConfig } from '../../config/parse-config.ts';
import { startCollector } from '../../start-collector.ts';

// A collector that keeps nothing of its own: its store is the argument. It says its URL, and ends with whoever started it.
const [store = ''] = process.argv.slice(2);
const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data: ':memory:', store }, 'test', {}));
process.stdout.write(`${collector.url}\n`);
process.stdin.on('end', () => void collector.close()).resume();
