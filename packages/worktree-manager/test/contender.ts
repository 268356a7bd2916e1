// A process of its own that makes a worktree when it is told to, for tests of what several do at once.
import { openWorktrees } from '../src/index.ts';
import { environment } from './support.ts';

const { options, input } = JSON.parse(process.argv[2] ?? '') as {
  options: Parameters<typeof openWorktrees>[0];
  input: Parameters<ReturnType<typeof openWorktrees>['ensure']>[0];
};
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  openWorktrees(options, { environment })
    .ensure(input)
    .then(
      (worktree) => process.stdout.write(JSON.stringify(worktree)),
      (error: unknown) => process.stdout.write(JSON.stringify({ failure: String(error) })),
    )
    .finally(() => process.stdin.destroy());
});
