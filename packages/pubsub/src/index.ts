export { groupsOf, type Listener } from './audience.ts';
export { PubsubConfig } from './config.ts';
export { errors } from './errors.ts';
export {
  crashNotice,
  healthNotice,
  idleNotice,
  recoveryNotice,
  typeOfTags,
  unresponsiveNotice,
  type ManagementNotice,
  type TeamHealth,
} from './formats.ts';
export { openPubsub, type Pubsub, type PubsubOptions } from './pubsub.ts';
export { redactSecrets } from './redact.ts';
export type {
  Acknowledgement,
  EventSubscription,
  Publication,
  PublicationFilter,
  PublicationInput,
  PubsubStats,
  Subscription,
} from './types.ts';
