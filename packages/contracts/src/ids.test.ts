import { describe, expect, it } from 'vitest';
import { agentIdOf, isAgentId, isSlug, newId, parseAgentId, slugOf } from './ids.ts';

describe('agent ids', () => {
  it.each(['shop/developer', 'a/b', 'shop-2/developer-2'])('%s is one', (id) => {
    expect(isAgentId(id)).toBe(true);
    const { project, role } = parseAgentId(id);
    expect(agentIdOf(project, role)).toBe(id);
  });

  it.each([
    'developer',
    'a/b/c',
    'Shop/developer',
    '/x',
    'x/',
    'user/developer',
    '../x',
    'a b/c',
    `${'x'.repeat(49)}/a`,
  ])('%j is none', (text) => {
    expect(isAgentId(text)).toBe(false);
    expect(() => parseAgentId(text)).toThrowError(
      expect.objectContaining({ code: 'ORC_CONTRACTS_BAD_AGENT_ID' }),
    );
  });
});

describe('slugOf', () => {
  it.each([
    ['My Shop', 'my-shop'],
    ['Übung Nr. 1', 'ubung-nr-1'],
    ['---', 'project'],
    ['user', 'project'],
    ['日本', 'project'],
    ['x'.repeat(80), 'x'.repeat(40)],
  ])('makes %j %s', (text, slug) => {
    expect(slugOf(text)).toBe(slug);
    expect(isSlug(slugOf(text))).toBe(true);
  });
});

describe('newId', () => {
  it('begins with its prefix and does not repeat', () => {
    const ids = Array.from({ length: 1_000 }, () => newId('m'));
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => /^m[0-9a-hjkmnp-tv-z]{10}$/.test(id))).toBe(true);
  });
});
