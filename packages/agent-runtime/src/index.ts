export { errors } from './errors.ts';
export {
  createClaudeRuntime,
  createSimRuntime,
  type ClaudeRuntimeOptions,
  type RuntimeOptions,
} from './runtimes.ts';
export type {
  AgentRuntime,
  Detection,
  LaunchRequest,
  LaunchSpec,
  PermissionMode,
  Preparation,
} from './types.ts';
export { readScreen, type ScreenReading } from './screen.ts';
export { readSessionRecord, type SessionRecord } from './session-record.ts';
export { readTranscriptEntry, type TranscriptEntry } from './transcript-entries.ts';
export { createTranscriptReader, type TranscriptReader } from './transcript.ts';
export type { TranscriptFact } from './transcript-facts.ts';
export { deriveState, type StateInput } from './state.ts';
export { findLimit, type Limit } from './state-limit.ts';
export type { AgentFact } from './state-edges.ts';
