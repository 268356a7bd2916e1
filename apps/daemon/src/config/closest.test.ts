import { describe, expect, it } from 'vitest';
import { findClosest } from './closest.ts';

describe('findClosest', () => {
  it('finds the word that was meant', () => {
    expect(findClosest('agents.runtim', ['agents.runtime', 'agents.model'])).toBe('agents.runtime');
  });

  it('says nothing when no word is near', () => {
    expect(findClosest('zzzzzz', ['agents.runtime'])).toBeUndefined();
    expect(findClosest('x', [])).toBeUndefined();
  });
});
