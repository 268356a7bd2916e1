import { mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';

it('leaves an open file', () => {
  openSync(join(mkdtempSync(join(tmpdir(), 'orc-leak-')), 'open.db'), 'w');
});
