import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a test decides when something that runs may end. */
export interface Stage {
  /** Path of the program that holds. */
  readonly program: string;
  /** A command that runs until its gate is opened. */
  command(gate: string): string;
  /** The file that opens a gate. */
  path(gate: string): string;
  hasBegun(gate: string): boolean;
  open(gate: string): void;
}

const HOLD = `#!/bin/sh
: >"$1.begun"
until [ -e "$1" ]; do sleep 0.05; done
echo open
`;

export function makeStage(directory: string): Stage {
  mkdirSync(directory, { recursive: true });
  const hold = join(directory, 'hold');
  writeFileSync(hold, HOLD, { mode: 0o755 });
  const path = (gate: string) => join(directory, gate);
  return {
    program: hold,
    path,
    command: (gate) => `${hold} ${path(gate)}`,
    hasBegun: (gate) => existsSync(`${path(gate)}.begun`),
    open: (gate) => writeFileSync(path(gate), ''),
  };
}
