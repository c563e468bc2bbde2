// `npm start`: the embedded collector with demo traffic, and its pages.
import { main } from '@costspan/cli';
import { preparePagesAside } from './pages-aside.ts';

preparePagesAside();
process.exitCode = await main(['demo', ...process.argv.slice(2)]);
