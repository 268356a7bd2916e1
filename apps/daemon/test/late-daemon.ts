import { once } from 'node:events';
import { Server } from 'node:net';

/**
 * A daemon whose metrics come up only when a line is written to its input. It says when it waits for that: its
 * socket answers by then, and its start is not over.
 */
const prototype = Server.prototype as { listen: (this: Server, ...input: unknown[]) => Server };
const { listen } = prototype;
prototype.listen = function (...input) {
  const [port] = input;
  if (typeof port !== 'number') return listen.apply(this, input);
  void once(process.stdin, 'data').then(() => listen.apply(this, input));
  console.log('waits');
  return this;
};

await import('../src/main.ts');
