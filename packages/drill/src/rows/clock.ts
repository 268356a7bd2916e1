import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quickConfig, type Group, type Row } from '../row.ts';
import type { World } from '../world.ts';

const HOUR = 3_600_000;
const OFFSET = 'clock-offset';

/*
 * The machine's clock is not the drill's to move. Every process of the drill's world (daemon, agents, hooks)
 * loads a module that adds an offset to what it reads there, and takes the offset from a file each time.
 */
const movedClock = (path: string): string => `
const fs = require('node:fs');
const RealDate = Date;
let offset = 0;
let readAt = -1;
const now = () => {
  const tick = Math.floor(performance.now() / 20);
  if (tick !== readAt) {
    readAt = tick;
    try { offset = Number(fs.readFileSync(${JSON.stringify(path)}, 'utf8')) || 0; } catch { offset = 0; }
  }
  return RealDate.now() + offset;
};
globalThis.Date = new Proxy(RealDate, {
  construct: (target, words, self) => Reflect.construct(target, words.length === 0 ? [now()] : words, self),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
`;

function moveTo(world: World, offsetMs: number): void {
  writeFileSync(join(world.home, OFFSET), String(offsetMs));
}

/** Sends on both sides of a jump, so that messages are under way while it happens. */
async function overJump(world: World, offsetMs: number, what: string): Promise<string> {
  const before = await world.send('developer', `Before the clock was set ${what}`);
  moveTo(world, offsetMs);
  const after = await world.send('developer', `After the clock was set ${what}`);
  await world.untilSeen(before.id, after.id);
  return 'what was under way and what came after were both seen';
}

const forward: Row = {
  name: 'clock-forward',
  fault: 'clock jumps two hours ahead, as after a suspend',
  run: (world) => overJump(world, 2 * HOUR, 'ahead'),
};

const back: Row = {
  name: 'clock-back',
  fault: 'clock jumps three hours back',
  run: (world) => overJump(world, -HOUR, 'back'),
};

const restarted: Row = {
  name: 'clock-back-restart',
  fault: 'clock was set back and the daemon is killed',
  async run(world) {
    process.kill(await world.daemonPid(), 'SIGKILL');
    return overJump(world, 0, 'right');
  },
};

export const clock: Group = {
  name: 'clock',
  options: { config: quickConfig, roles: ['developer'] },
  environment: (directory) => {
    const path = join(directory, 'moved-clock.cjs');
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, movedClock(join(directory, 'h', OFFSET)));
    return { NODE_OPTIONS: `--require=${path}` };
  },
  rows: [forward, back, restarted],
};
