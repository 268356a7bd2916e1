import { describe, expect, it } from 'vitest';
import { createWordText } from './word-text.ts';

describe('word text', () => {
  it.each([
    ['CI/CD pipeline', 'ci/cd'],
    ['Use Next.js here', 'next.js'],
    ['an SLA of 99.9%', '99.9%'],
    ['two databases', 'database'],
    ['REVERSE\n  PROXY', 'reverse proxy'],
    ['(nginx)', 'nginx'],
    ['Ärger mit Öl', 'öl'],
  ])('of %j has %j', (text, phrase) => {
    expect(createWordText(text).has(phrase)).toBe(true);
  });

  it.each([
    ['testimony', 'test'],
    ['slack', 'sla'],
    ['recap', 'cap'],
    ['reverse the proxy', 'reverse proxy'],
    ['anything', ''],
    ['anything', ' - '],
  ])('of %j does not have %j', (text, phrase) => {
    expect(createWordText(text).has(phrase)).toBe(false);
  });

  it('knows how it begins', () => {
    expect(createWordText('**Run** the suite').beginsWith('run')).toBe(true);
    expect(createWordText('Running it').beginsWith('run')).toBe(false);
    expect(createWordText('To run').beginsWith('run')).toBe(false);
    expect(createWordText('x').beginsWith('')).toBe(false);
  });
});
