// Makes the pages that the collector of this checkout serves at `/`, as far as they are not up to date.
import { preparePages } from './plugin.ts';

preparePages();
