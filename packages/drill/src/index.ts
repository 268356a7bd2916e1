export { benchDelivery, type DeliveryBench, type DeliveryReport } from './delivery.ts';
export {
  drillRow,
  openGroup,
  runDrill,
  type DrilledRow,
  type DrillOptions,
  type DrillReport,
} from './drill.ts';
export { errors } from './errors.ts';
export { groups, notBuilt, rowNames } from './groups.ts';
export { startModelApi, type ModelApi, type Script } from './model/model-api.ts';
export { type ModelRequest } from './model/model-request.ts';
export { type Turn } from './model/model-answer.ts';
export { type RealClient } from './real-client.ts';
export { runSoak, type SoakOptions, type SoakReport } from './soak.ts';
export { makeWorld, type World, type WorldOptions } from './world.ts';
