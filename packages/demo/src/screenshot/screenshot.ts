// Takes the picture of the README from a real run: collector, history, live calls, browser.
//   node --conditions=@costspan/source packages/demo/src/screenshot/screenshot.ts [docs/images/overview.png]
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseConfig, startCollector } from '@costspan/collector';
import { sendHistory } from '../history/send-history.ts';
import { startDemo } from '../start-demo.ts';
import { launchChromium } from './chromium.ts';

const target = resolve(process.argv[2] ?? 'docs/images/overview.png');
const WIDTH = 1280;
const HEIGHT = 720;

const collector = await startCollector(parseConfig({ listen: '127.0.0.1:0', data: ':memory:' }, 'screenshot'));
try {
  const { sentCalls } = await sendHistory({ endpoint: collector.url, days: 45 });
  const demo = await startDemo({ endpoint: collector.url, calls: 40, rate: 40, latencyScale: 0.1 });
  const { calls } = await demo.done;
  process.stderr.write(`${sentCalls} calls of the past, ${calls} made now\n`);

  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, deviceScaleFactor: 2 });
    await page.goto(`${collector.url}/a/costspan-usage-app/overview?from=now-45d&to=now&theme=light`);
    await page.getByTestId('data-testid panel Top customers').getByText('acme').waitFor();
    await page.getByTestId('data-testid loading').first().waitFor({ state: 'detached' });
    await page.evaluate(() => document.fonts.ready);
    await mkdir(dirname(target), { recursive: true });
    await page.screenshot({ path: target });
  } finally {
    await browser.close();
  }
  process.stdout.write(`${target}\n`);
} finally {
  await collector.close();
}
