export { createGitHooks, type GitHooks, type GitHooksDeps, type InstalledHooks } from './git-hooks.ts';
export { REFUSED, type HookProgram } from './script.ts';
