// Leases, injects and sees messages until `total` are seen in the ledger; prints each id that it saw itself.
import { openQueue } from '../../src/queue.ts';

const [path = '', worker = '', total = '0'] = process.argv.slice(2);
using queue = openQueue({ path, busyTimeoutMs: 60_000 });
while (queue.stats().byState.done < Number(total)) {
  const ids = queue.lease('demo/dev', { worker, limit: 7 }).map((message) => message.id);
  if (ids.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    continue;
  }
  queue.inject(ids, { worker, channel: 'PostToolUse' });
  for (const id of ids) {
    queue.finish(id, { by: worker });
    process.stdout.write(`${id}\n`);
  }
}
