// `npm start`: the embedded collector with demo traffic.
import { main } from '@costspan/cli';
import { isPluginInstalled, preparePages } from './plugin.ts';

// The full pages need a minute of installing once. Who has not asked for them gets the small page at once.
if (isPluginInstalled()) preparePages();
else
  process.stderr.write(
    'The pages of the Grafana app are not built yet; "npm run plugin:package" builds them for here, too.\n',
  );
process.exitCode = await main(['demo', ...process.argv.slice(2)]);
