export { createEventBus, type EventBusDeps } from './bus.ts';
export { EventBusConfig, type EventBusConfigInput } from './config.ts';
export { followEvents, type FollowOptions } from './follow.ts';
export { readEvents, type DamagedLine, type ReadOptions } from './read.ts';
export type {
  BusEvent,
  EventAbout,
  EventBus,
  EventMap,
  EventOf,
  Fault,
  Listener,
  Severity,
  SubscribeOptions,
} from './types.ts';
