// Packs the built plugin as Grafana takes it: one folder, named as the id. Prints where the zip is.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlugin } from './read-plugin.ts';
import { zip } from './zip.ts';

const home = join(import.meta.dirname, '..');
const plugin = readPlugin(join(home, 'dist'));
const { id, info } = JSON.parse(plugin.get('plugin.json')?.toString('utf8') ?? '{}') as {
  id: string;
  info: { version: string };
};
const file = join(process.argv[2] ?? home, `${id}-${info.version}.zip`);
const packed = zip(new Map([...plugin].map(([path, body]) => [`${id}/${path}`, body])));
writeFileSync(file, packed);
process.stdout.write(`${file} (${Math.round(packed.length / 1024)} KiB, not signed)\n`);
