export { createEventBus, type EventBusDeps } from './bus.ts';
export { EventBusConfig, EventLogConfig, SinkConfig, type EventBusConfigInput } from './config.ts';
export { countEvents, type EventCounts } from './count.ts';
export { parseFilter, type EventFilter } from './filter/filter.ts';
export { followEvents, type FollowOptions } from './follow.ts';
export type { Digest, DigestGroup } from './gathering.ts';
export { readEvents, readEventsInTurns, type DamagedLine, type ReadOptions } from './read.ts';
export { replayEvents, type ReplayOptions } from './replay.ts';
export { rotateEvents } from './rotate.ts';
export { createSink, type Sink, type SinkOptions, type Verdict } from './sink.ts';
export { createTokenBucket, type BucketPolicy, type TokenBucket } from './token-bucket.ts';
export type {
  BusEvent,
  EventAbout,
  EventBus,
  EventMap,
  EventOf,
  Fault,
  Listener,
  ListenerStats,
  Severity,
  SubscribeOptions,
} from './types.ts';
