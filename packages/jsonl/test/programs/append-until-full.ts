import { describeError } from '@orc/errors';
import { appendJsonl } from '../../src/index.ts';

const [path = ''] = process.argv.slice(2);
let appended = 0;
try {
  for (; appended < 1_000; appended += 1) appendJsonl(path, { n: appended, text: 'x'.repeat(90) });
} catch (error) {
  console.log(appended, describeError(error));
}
