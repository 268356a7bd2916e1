/** The words of briefings, as data. Numbers are the rules' defaults; compliance is checked elsewhere. */

/** How an agent works in git, the same for every role. */
export const gitRules: readonly string[] = [
  'Work only in your own worktree; you may read the others. Merges go through the project manager.',
  'Commit at least every 30 minutes, and before you change to another task; unfinished work is a commit that begins with "WIP:".',
  'A commit message says what changed, such as "Reject prices without a currency"; "fixes" or "updates" says nothing.',
  'Push within 15 minutes of a commit that matters, if the repository has a remote. Never commit on the branch that the project started from.',
];

export const talkRules: readonly string[] = [
  'One topic per message, and only what concerns the work.',
  'Say what exactly was done (files, commit, setting), never just "done".',
  'Blocked for more than 10 minutes: say so to the one who reports go to.',
  'Use the commands above. Messages that the client or tmux sends go around the ledger and count as not sent.',
];

/** What each kind of role does first. A role that is not here begins by reading. */
export const firstSteps: Readonly<Record<string, string>> = {
  orchestrator:
    'Look at the plan with "orc task list" and at the team with "orc status". You steer and decide; the others implement.',
  'project-manager':
    'Look at the plan with "orc task list". You keep quality high: tests for every feature, errors handled, documentation current, no new debt. You review before anything is merged.',
  developer: 'Read the code around your first task before you change it, and keep to its conventions.',
  tester: 'Read the success criteria of the plan, and what is tested today.',
  testrunner: 'Find out how the tests of this project are run, and how long they take.',
};

export const otherFirstStep = 'Read what the project has for your duties before you change anything.';

export const reasons: Readonly<Record<string, string>> = {
  compaction: 'Your conversation was compacted, so here is again who you are and what you do.',
  clear: 'Your conversation was cleared, so here is again who you are and what you do.',
  restart:
    'Your process ended and was started again. What you had not committed was kept and is still in your worktree.',
  resume: 'The team was stopped and goes on now. Your worktree and your branch are as you left them.',
  requested: 'Here is again who you are and what you do.',
};
