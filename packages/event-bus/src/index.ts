export { openEventBus, type EventBus, type EventBusDeps, type PublishOptions } from './bus.ts';
export { errors } from './errors.ts';
export { createTypeFilter } from './glob.ts';
export { readEvents, type ReadEventsOptions } from './read.ts';
export type { BusEvent, Severity } from './types.ts';
