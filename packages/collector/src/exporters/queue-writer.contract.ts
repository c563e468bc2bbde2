// Pushes into a queue on disk until it is killed, and prints the number of each parcel once it is queued.
// Arguments: directory, round.
import { DiskQueue } from './disk-queue.ts';

const [path = '', round = ''] = process.argv.slice(2);
const queue = await DiskQueue.open({ path, bytesMax: 1e9, memoryBytesMax: 1e9, onLost: () => process.exit(3) });
for (let n = 0; ; n += 1) {
  await queue.push({ body: Buffer.from(`${round}-${n}-${'x'.repeat(n % 1000)}`), format: 'json', spanCount: 1 });
  process.stdout.write(`${n}\n`);
}
