/** Of daemon, CLI and hooks alike; they are released together. */
export const version = '0.1.0';
