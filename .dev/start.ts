// `npm start`: the embedded collector with demo traffic, and its pages.
import { main } from '@costspan/cli';
import { preparePagesAside } from './pages-aside.ts';

preparePagesAside();
// A week behind the live calls, so that the pages have something to show; a `--history` of the user's own stands behind and wins.
process.exitCode = await main(['demo', '--history', '7d', ...process.argv.slice(2)]);
