import type { Client } from './client.ts';

/** The two notifications that come when a person does not react. Each keystroke starts their time anew. */
export interface Reminders {
  startIdle(): void;
  startPermission(): { cancel(): void };
  restart(): void;
  stop(): void;
}

export function createReminders(client: Client): Reminders {
  const { scenario, hooks } = client;
  let timer: NodeJS.Timeout | undefined;
  let pending: (() => void) | undefined;
  const stop = () => {
    clearTimeout(timer);
    pending = undefined;
  };
  const start = (ms: number, type: string, message: string) => {
    if (!hooks.has('Notification')) return;
    pending = () => start(ms, type, message);
    clearTimeout(timer);
    timer = setTimeout(() => {
      pending = undefined;
      void hooks.run('Notification', { message, notification_type: type });
    }, ms);
  };
  return {
    stop,
    startIdle: () => start(scenario.idleNotificationMs, 'idle_prompt', 'Claude is waiting for your input'),
    startPermission() {
      start(scenario.permissionNotificationMs, 'permission_prompt', 'Claude needs your permission');
      return { cancel: stop };
    },
    restart: () => pending?.(),
  };
}
