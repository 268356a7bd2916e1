import { describe, expect, it } from 'vitest';
import { parseCpuMs, readCpuMs } from './cpu.ts';

describe('the processor time of a process', () => {
  it('is counted behind a program name with spaces and brackets', () => {
    const stat = '42 (tmux: (server) 1) S 1 42 42 0 -1 4194560 100 0 0 0 7 5 0 0 20 0 1 0 99 1 1';
    expect(parseCpuMs(stat)).toBe(120);
  });

  it('refuses a line that is none', () => {
    expect(() => parseCpuMs('42 (cat) S 1')).toThrow('no line of /proc');
  });

  it.runIf(process.platform === 'linux')('is read from the running system', () => {
    expect(readCpuMs(process.pid)).toBeGreaterThan(0);
  });
});
