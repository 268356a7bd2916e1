import type { Parts } from '../parts.ts';

/** Judging can be stopped for a while; what is written down goes on. */
export interface Switch {
  readonly isOn: () => boolean;
  /** Returns what it is now. Survives restarts. */
  readonly set: (on: boolean) => boolean;
}

const KEY = 'rules.is-off';

export function createSwitch({ registry, config, bus }: Pick<Parts, 'registry' | 'config' | 'bus'>): Switch {
  let isOff = registry.getValue(KEY) === true;
  const isOn = () => config.rules.enabled && !isOff;
  return {
    isOn,
    set(on) {
      if (isOff === on)
        bus.publish(on ? 'rules.started' : 'rules.stopped', null, { source: 'rules', severity: 'notice' });
      isOff = !on;
      registry.setValue(KEY, isOff);
      return isOn();
    },
  };
}
