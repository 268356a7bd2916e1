import { describeError } from '@orc/errors';
import { openDatabase, translateSqliteError } from '../../src/index.ts';

// Permissions do not bind root, so a test run as root opens the file as nobody.
if (process.getuid?.() === 0) process.setuid?.(65534);
const [path = ''] = process.argv.slice(2);
try {
  const database = openDatabase({ path });
  database.exec('CREATE TABLE made (x)');
  console.log('written');
} catch (error) {
  console.log(describeError(translateSqliteError(path, error)));
}
