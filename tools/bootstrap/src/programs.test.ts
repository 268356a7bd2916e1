import { describe, expect, it } from 'vitest';
import { findLacking, installCommand, isAtLeast, managers } from './programs.mjs';

describe('isAtLeast', () => {
  it.each([
    ['tmux 3.3a', '3.2'],
    ['tmux 3.2', '3.2'],
    ['tmux next-3.10', '3.9'],
    ['git version 2.39.5 (Apple Git-154)', '2.38'],
    ['git version 3.0.0', '2.38'],
    ['v20.19.0', '>=20.19.0'],
    ['v22.0.0', '>=20.19.0'],
    ['tmux master', '3.2'],
  ])('accepts %s for %s', (found, minimum) => {
    expect(isAtLeast(found, minimum)).toBe(true);
  });

  it.each([
    ['tmux 3.1c', '3.2'],
    ['tmux 2.8', '3.2'],
    ['tmux 3.9', '3.10'],
    ['git version 2.30.2', '2.38'],
    ['v20.18.3', '>=20.19.0'],
    ['v18.99.99', '>=20.19.0'],
  ])('refuses %s for %s', (found, minimum) => {
    expect(isAtLeast(found, minimum)).toBe(false);
  });
});

describe('findLacking', () => {
  const programs = [
    { name: 'tmux', args: ['-V'], minimum: '3.2' },
    { name: 'make', args: ['--version'] },
  ];

  it('finds nothing when everything is there', () => {
    expect(findLacking(programs, ({ name }) => (name === 'tmux' ? 'tmux 3.3a\n' : 'GNU Make\n'))).toEqual([]);
  });

  it('tells what is missing from what is too old', () => {
    expect(findLacking(programs, ({ name }) => (name === 'tmux' ? 'tmux 3.1c\n' : undefined))).toEqual([
      { name: 'tmux', what: 'tmux 3.1c is too old (orc needs 3.2)' },
      { name: 'make', what: 'make is not installed' },
    ]);
  });
});

describe('installCommand', () => {
  const names = ['tmux', 'g++', 'python3'];

  it.each([
    ['apt-get', 'sudo apt-get update && sudo apt-get install -y tmux g++ python3'],
    ['dnf', 'sudo dnf install -y tmux gcc-c++ python3'],
    ['pacman', 'sudo pacman -S --needed tmux gcc python'],
    ['zypper', 'sudo zypper install -y tmux gcc-c++ python3'],
    ['apk', 'sudo apk add tmux g++ python3'],
    ['brew', 'brew install tmux g++ python3'],
  ])('is one line for %s', (manager, command) => {
    expect(managers).toContain(manager);
    expect(installCommand(names, { manager, isRoot: false })).toBe(command);
  });

  it('needs no sudo for root', () => {
    const command = installCommand(names, { manager: 'apt-get', isRoot: true });
    expect(command).toBe('apt-get update && apt-get install -y tmux g++ python3');
  });

  it('names the programs where no package manager is known', () => {
    expect(installCommand(names, { manager: undefined, isRoot: false })).toBe('install tmux, g++, python3');
  });
});
