import { describe, expect, it } from 'vitest';
import { parseTarget } from './target.ts';

describe('parseTarget', () => {
  it.each([
    ['user', { type: 'operator' }],
    ['shop/developer', { type: 'agent', id: 'shop/developer' }],
    ['developer', { type: 'role', role: 'developer' }],
    ['Project Manager', { type: 'role', role: 'project-manager' }],
    ['shop:2', { type: 'address', session: 'shop', window: '2', pane: null }],
    ['shop:Developer.1', { type: 'address', session: 'shop', window: 'Developer', pane: 1 }],
    ['a:b:3.0', { type: 'address', session: 'a:b', window: '3', pane: 0 }],
  ])('reads %j', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each(['', ' ', ':1', 'shop:', '../etc', 'a/b/c', '$(x)'])('refuses %j', (text) => {
    expect(() => parseTarget(text)).toThrowError(
      expect.objectContaining({ code: 'ORC_CONTRACTS_BAD_TARGET' }),
    );
  });
});
