// Leases what there is for a short time, says so, and then hangs until it is killed.
import { openQueue } from '../../src/queue.ts';

const [path = '', leaseMs = '0'] = process.argv.slice(2);
const queue = openQueue({ path });
const leased = queue.lease('demo/dev', { worker: 'hanging', leaseMs: Number(leaseMs) });
process.stdout.write(`${leased.map((message) => message.id).join(' ')}\n`);
process.stdin.resume();
