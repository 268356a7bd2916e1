export { judgeChannel, type ChannelHistory, type ChannelVerdict } from './channel.ts';
export { ChannelPolicy, HealthPolicy, RestartPolicy } from './config.ts';
export { judgeHealth, type HealthFacts, type HealthVerdict } from './health.ts';
export {
  decideRestart,
  type Exit,
  type RestartDecision,
  type RestartInput,
  type RestartRecord,
} from './restart.ts';
