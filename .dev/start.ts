// `npm start`: the embedded collector with demo traffic.
import { main } from '@costspan/cli';

process.exitCode = await main(['demo', ...process.argv.slice(2)]);
