import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '@orc/process';

/** What the demo team is asked to build: enough tasks and dependencies to see a team at work. */
const demoSpec = `# Temperature converter

A small command line tool that converts temperatures, with tests and documentation.

## Phase 1: Core

1. Write the Celsius and Fahrenheit conversion functions [developer]
   - converts in both directions
   - rejects text that is no number
2. Write the test plan for the conversions [tester]
   - names every case of the conversion functions

## Phase 2: Tool

3. Add the command line interface (after: 1) [developer]
   - prints one line per value
4. Write unit tests for the conversion functions (after: 1, 2) [tester]
   - covers both directions and bad input
5. Add the Kelvin scale (after: 1) [developer]
   - converts from and to Kelvin

## Phase 3: Delivery

6. Run the whole suite and write down the result (after: 3, 4, 5) [testrunner]
   - the result names every suite
7. Write the README with examples (after: 3) [project-manager]
   - shows every command
8. Record the decision to release (after: 6, 7) [orchestrator]
   - names what is in the release
`;

export interface DemoProject {
  readonly path: string;
  readonly specPath: string;
}

/** Makes a real git repository with one commit. The author is set for this repository only. */
export async function makeDemoProject(directory: string): Promise<DemoProject> {
  mkdirSync(directory, { recursive: true });
  const git = (...args: string[]) => runOrThrow('git', args, { cwd: directory });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'orc demo');
  await git('config', 'user.email', 'demo@orc.invalid');
  await git('config', 'commit.gpgsign', 'false');
  writeFileSync(
    join(directory, 'README.md'),
    '# Temperature converter\n\nMade by "orc demo" for a simulated team.\n',
  );
  const specPath = join(directory, 'SPEC.md');
  writeFileSync(specPath, demoSpec);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Start with the specification');
  return { path: directory, specPath };
}
