import { openDatabase } from '../../src/index.ts';

const [path = ''] = process.argv.slice(2);
const database = openDatabase({ path });
database.exec('BEGIN IMMEDIATE');
console.log('locked');
process.stdin.once('data', () => {
  database.exec('COMMIT');
  console.log('released');
  process.stdin.destroy();
});
