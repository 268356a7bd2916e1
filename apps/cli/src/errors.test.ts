import { describe, expect, it } from 'vitest';
import { errors } from './errors.ts';

describe('a checkout that is not built', () => {
  it('is told how to build it', () => {
    expect(errors.notBuilt('/x/main.js')).toMatchObject({ code: 'ORC_CLI_NOT_BUILT' });
    expect(errors.notBuilt('/x/main.js').message).toContain('npm run bootstrap');
  });
});
