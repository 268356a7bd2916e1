export { RestartPolicy, type RestartPolicyInput } from './policy.ts';
export { decideRestart, type Decision, type Exit, type RestartInput, type RestartRecord } from './restart.ts';
