import { errors } from './errors.ts';
import type { DepthByLevel, PriorityBand } from './types.ts';

const names: Readonly<Record<string, number>> = {
  low: 0,
  normal: 5,
  high: 30,
  critical: 75,
  system: 100,
  're-brief': 200,
};

/** From this priority on a message passes a full queue. */
export const criticalFrom = 50;

/** A stored priority from a name or a number, written either way. @throws ORC_QUEUE_BAD_PRIORITY */
export function parsePriority(value: string | number): number {
  const text = String(value).trim().toLowerCase();
  const number = Object.hasOwn(names, text) ? names[text] : /^\d{1,3}$/.test(text) ? Number(text) : undefined;
  if (number === undefined) throw errors.badPriority(value);
  return number;
}

/** From the scale of the specification, 1 (first) … 10 (last), to the stored one. @throws ORC_QUEUE_BAD_PRIORITY */
export function fromSpecPriority(priority: number): number {
  if (!Number.isInteger(priority) || priority < 1 || priority > 10) throw errors.badPriority(priority);
  return (10 - priority) * 10;
}

/** 100 and above emergency, 50…99 critical, 10…49 high, 0…9 normal. */
export function priorityBand(priority: number): PriorityBand {
  if (priority >= 100) return 'emergency';
  if (priority >= criticalFrom) return 'critical';
  return priority >= 10 ? 'high' : 'normal';
}

/** The scale of three: high from 10 on, low below the 5 that a message has when nobody says otherwise. */
export function priorityLevel(priority: number): keyof DepthByLevel {
  if (priority >= 10) return 'high';
  return priority >= 5 ? 'normal' : 'low';
}

/** Number and word, such as `75 (critical)`: the name where the number has one, else its band. */
export function describePriority(priority: number): string {
  const name = Object.keys(names).find((key) => names[key] === priority);
  return `${priority} (${name ?? priorityBand(priority)})`;
}
