import { fileURLToPath } from 'node:url';

/** What each of Lumen's plans includes, as a rule file of `@costspan/quota`. */
export const QUOTA_FILE = fileURLToPath(new URL('../../quota/lumen.yaml', import.meta.url));
