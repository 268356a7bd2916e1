/**
 * Method and path of every call to the daemon. Kept apart from the schemas, so that a client that only
 * sends does not load a validator.
 */
export const paths = {
  health: 'GET /v1/health',
  shutdown: 'POST /v1/shutdown',
  doctor: 'GET /v1/doctor',
  backup: 'POST /v1/backup',
  config: 'GET /v1/config',
  setConfig: 'POST /v1/config',
  checkConfig: 'GET /v1/config/check',

  plan: 'POST /v1/plan',
  up: 'POST /v1/up',
  resume: 'POST /v1/resume',
  down: 'POST /v1/down',
  status: 'GET /v1/status',

  events: 'GET /v1/events',
  eventCounts: 'GET /v1/events/count',
  replay: 'POST /v1/replay',

  publish: 'POST /v1/publications',
  publications: 'GET /v1/publications',
  acknowledge: 'POST /v1/acknowledgements',
  subscribe: 'POST /v1/subscriptions',
  subscriptions: 'GET /v1/subscriptions',
  pubsubHealth: 'GET /v1/pubsub',
  clearNotices: 'POST /v1/notices/clear',

  send: 'POST /v1/messages',
  broadcast: 'POST /v1/broadcast',
  messages: 'GET /v1/messages',
  message: 'GET /v1/messages/:id',
  waitForMessage: 'GET /v1/messages/:id/wait',
  changeMessage: 'POST /v1/messages/:id/:action',
  inbox: 'GET /v1/inbox',
  readInbox: 'POST /v1/inbox/read',
  exportMessages: 'GET /v1/export',
  importMessages: 'POST /v1/import',

  tasks: 'GET /v1/tasks',
  task: 'GET /v1/tasks/:id',
  changeTask: 'POST /v1/tasks/:id/:action',
  report: 'POST /v1/reports',
  reports: 'GET /v1/reports',

  routing: 'GET /v1/routing',
  checkRoute: 'GET /v1/routing/check',
  kinds: 'GET /v1/kinds',
  template: 'GET /v1/kinds/:kind/template',
  checkText: 'POST /v1/kinds/:kind/check',
  dependencies: 'GET /v1/dependencies',
  setDependencies: 'POST /v1/dependencies',
  standup: 'POST /v1/standups',
  lastStandup: 'GET /v1/standups',
  ask: 'POST /v1/asks',

  agents: 'GET /v1/agents',
  addAgent: 'POST /v1/agents',
  agent: 'GET /v1/agents/:project/:role',
  changeAgent: 'POST /v1/agents/:project/:role/:action',
  agentScreen: 'GET /v1/agents/:project/:role/screen',
  agentLogs: 'GET /v1/agents/:project/:role/logs',
  agentContext: 'GET /v1/agents/:project/:role/context',
  attachment: 'GET /v1/agents/:project/:role/attachment',

  numbers: 'GET /v1/numbers',
  alerts: 'GET /v1/alerts',
  metrics: 'GET /metrics',
  metricsText: 'GET /v1/metrics',

  schedules: 'GET /v1/schedules',
  addSchedule: 'POST /v1/schedules',
  cancelSchedule: 'POST /v1/schedules/:id/cancel',

  worktrees: 'GET /v1/worktrees',
  changeWorktrees: 'POST /v1/worktrees/:action',
  rescues: 'GET /v1/rescues',
  rescue: 'POST /v1/rescues/show',
  restoreRescue: 'POST /v1/rescues/restore',

  channels: 'GET /v1/channels',
  probeChannels: 'POST /v1/channels/probe',
  gitStatus: 'GET /v1/git',
  gitRadar: 'GET /v1/git/radar',
  gitCheck: 'GET /v1/git/check',
  gitIntegrate: 'POST /v1/git/integrate',
  gitRollback: 'POST /v1/git/rollback',
  gitSync: 'POST /v1/git/sync',
  lanes: 'GET /v1/lanes',
  changeLanes: 'POST /v1/lanes',
  credits: 'GET /v1/credits',
  changeCredits: 'POST /v1/credits/:action',

  hooks: 'POST /v1/hooks',
  wait: 'POST /v1/wait',
  statusLine: 'POST /v1/status-line',
  gitHook: 'POST /v1/git-hooks',
} as const;

export type RouteName = keyof typeof paths;
