/*
 * The steps of the governor. Each takes the state before, and gives the state after with what follows from
 * it; none has a clock, a timer or a memory of its own. Keep the state, do the effects, in that order or the
 * other one: every effect has a key, so that one done twice can be told from two.
 */
export { observe } from './observe.ts';
export { advance, answered, begun, forget, resumeNow } from './progress.ts';
