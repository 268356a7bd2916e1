// Holds the write lock of the file until it is killed.
import { openDatabase } from '@orc/sqlite';

const [path = ''] = process.argv.slice(2);
openDatabase({ path }).exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.resume();
