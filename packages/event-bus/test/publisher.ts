// A process of its own that publishes, for tests of what several do in one file.
import { createEventBus } from '../src/index.ts';

const [, , directory = '', source = '', count = '200'] = process.argv;
const bus = createEventBus({ directory, source });
for (let number = 0; number < Number(count); number += 1)
  bus.publish('message.seen', { text: `${'é'.repeat(number % 300)}\n` });
