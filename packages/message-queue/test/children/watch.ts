// Watches, and prints what keeps the process alive once nothing happens any more.
import { openQueue } from '../../src/queue.ts';

const [path = ''] = process.argv.slice(2);
const queue = openQueue({ path });
queue.watch(() => void process.stdout.write(`fired ${queue.transitions().length}\n`));
process.stdout.write('watching\n');
process.stdin.on('data', () => {
  const alive = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate');
  process.stdout.write(`alive ${alive.length} cpu ${process.cpuUsage().user + process.cpuUsage().system}\n`);
});
