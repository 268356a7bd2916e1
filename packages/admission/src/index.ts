export { decideAdmission, type Admission, type Machine, type StartFacts } from './decide.ts';
export {
  expectMemory,
  forgetOthers,
  MemoryHistory,
  noteMemory,
  sumReserved,
  type MemoryReading,
  type RecentStart,
} from './history.ts';
export { AdmissionPolicy } from './policy.ts';
