export { CreditPolicy } from './config.ts';
export { errors } from './errors.ts';
export { forecastExhaustion, type Forecast } from './forecast.ts';
export * as governor from './governor.ts';
export { readLimitText, type LimitReading } from './limit-text.ts';
export * as signals from './signals.ts';
export type { CreditSignal } from './signals.ts';
export {
  endOf,
  parseState,
  type CreditAgent,
  type CreditContext,
  type CreditEffect,
  type CreditState,
  type CreditStep,
  type Episode,
} from './state.ts';
export { holdsOf, pressureOf, type Hold } from './views.ts';
