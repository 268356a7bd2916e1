export { appendJsonl } from './append.ts';
export { openDayLog, type DayLog, type DayLogOptions } from './day-log.ts';
export { errors } from './errors.ts';
export { createFollower, type Follower, type FollowedLine } from './follower.ts';
export { readJsonl, type JsonlLine } from './read.ts';
