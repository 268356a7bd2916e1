export { findCommit, readHead, type Head } from './commits.ts';
export { createGit, lineOf, type Environment, type Git, type GitFailed, type GitOptions } from './git.ts';
export { displayPath, joinPaths, onDisk, unquotePath, type PathBytes } from './path-bytes.ts';
export { listRegistrations, type Registration } from './registrations.ts';
