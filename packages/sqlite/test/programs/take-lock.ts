import { describeError } from '@orc/errors';
import { holdLock } from '../../src/index.ts';

const [path = ''] = process.argv.slice(2);
console.log('ready');
process.stdin.once('data', () => {
  try {
    holdLock(path);
    console.log('held');
  } catch (error) {
    console.log(describeError(error));
    process.stdin.destroy();
  }
});
