export { createTranscriptReader, type TranscriptReader } from './transcript.ts';
export type { TranscriptFact } from './transcript-facts.ts';
