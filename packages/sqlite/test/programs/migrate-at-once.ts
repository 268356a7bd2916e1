import { migrate, openDatabase } from '../../src/index.ts';

const [path = ''] = process.argv.slice(2);
console.log('ready');
process.stdin.once('data', () => {
  const database = openDatabase({ path });
  const applied = migrate(database, 'post', [
    { id: 1, sql: 'CREATE TABLE letters (text TEXT)' },
    { id: 2, sql: "INSERT INTO letters VALUES ('only one')" },
  ]);
  database.close();
  console.log(JSON.stringify(applied));
  process.stdin.destroy();
});
