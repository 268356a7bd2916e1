import { appendJsonl } from '../../src/index.ts';

const [path = '', writer = '', count = '0'] = process.argv.slice(2);
console.log('ready');
process.stdin.once('data', () => {
  for (let n = 0; n < Number(count); n += 1)
    appendJsonl(path, { writer, n, text: writer.repeat(1 + ((n * 997) % 20_000)) });
  process.stdin.destroy();
});
