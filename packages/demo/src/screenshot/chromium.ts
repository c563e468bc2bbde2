import { existsSync } from 'node:fs';
import { CostspanError } from '@costspan/usage';
import { type Browser, chromium } from 'playwright-core';

/**
 * A headless browser with a profile of its own that asks nobody but the pages it is told to open.
 * @throws CostspanError `CHROMIUM_ABSENT` when this machine has none.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new CostspanError('CHROMIUM_ABSENT', `no Chromium found: ${CHROMIUM_HINT}`);
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const CHROMIUM_HINT = 'install it with "apt-get install chromium", or set CHROMIUM_PATH to a Chromium or Chrome';

/** The browser of this machine: `CHROMIUM_PATH`, else where Chromium and Chrome usually are; `undefined` when there is none. */
function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  return [...(named === undefined ? [] : [named]), ...USUAL_PLACES].find((path) => existsSync(path));
}

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
