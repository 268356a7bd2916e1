// Sends `count` messages from one sender, one call each, and prints each id once the call has returned.
import { openQueue } from '../../src/queue.ts';

const [path = '', sender = '', count = '0'] = process.argv.slice(2);
using queue = openQueue({ path, busyTimeoutMs: 60_000, depthMax: 100_000 });
for (let n = 0; n < Number(count); n += 1) {
  const { id } = queue.send({ sender, recipient: 'demo/dev', id: `${sender}.${n}`, body: `${n}` });
  process.stdout.write(`${id}\n`);
}
