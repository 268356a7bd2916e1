export { judgeAlerts, type AlertInput, type AlertVerdict } from './judge.ts';
export { AlertRule, type Episode, type Reading } from './rules.ts';
