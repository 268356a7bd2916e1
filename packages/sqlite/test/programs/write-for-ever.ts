import { openDatabase } from '../../src/index.ts';

const [path = ''] = process.argv.slice(2);
const database = openDatabase({ path });
database.pragma('synchronous = OFF');
const insert = database.prepare('INSERT INTO pairs (x) VALUES (?)');
const both = database.transaction((x: number) => {
  insert.run(x);
  insert.run(-x);
});
let x = 0;
const write = () => {
  x += 1;
  both(x);
  if (x === 1) console.log('writing');
  setImmediate(write);
};
write();
