export { appendJsonl } from './append.ts';
export {
  listDayFiles,
  rotateDayFiles,
  type DayFile,
  type Rotation,
  type RotationPolicy,
} from './day-files.ts';
export { openDayLog, type DayLog, type DayLogOptions } from './day-log.ts';
export { errors } from './errors.ts';
export { createFollower, type Follower, type FollowedLine } from './follower.ts';
export { type JsonlLine } from './lines.ts';
export { readJsonl, readJsonlBackwards } from './read.ts';
