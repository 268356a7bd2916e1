import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { errors } from './errors.ts';

/** What has to be known to keep the daemon of one ORC_HOME running as a service of the system. */
export interface ServiceFacts {
  readonly platform: NodeJS.Platform;
  /** Who asks. */
  readonly uid: number;
  /** A service of the whole machine, and not of one user. */
  readonly isSystem: boolean;
  /** Whose ORC_HOME it is: the service runs as them. */
  readonly ownerUid: number;
  readonly userHome: string;
  /** XDG_CONFIG_HOME, where it is set. */
  readonly configHome: string | undefined;
  readonly orcHome: string;
  /** Node and the daemon's program. */
  readonly command: readonly [string, string];
  /** Where early output and crashes of the daemon go. */
  readonly output: string;
  /** Variables of the daemon beside ORC_HOME. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Service {
  readonly kind: 'systemd-user' | 'systemd-system' | 'launchd';
  readonly name: string;
  /** The file that describes the service, and what stands in it. */
  readonly path: string;
  readonly text: string;
  /** Exit code 0 when the service is there and runs. */
  readonly check: readonly string[];
  readonly enable: readonly (readonly string[])[];
  readonly disable: readonly (readonly string[])[];
  /** After the file was removed. */
  readonly forget: readonly (readonly string[])[];
}

/** After a crash it is there again within seconds; a stop that was asked for stays one. */
const RESTART_SECONDS = 2;

/** The service of this system, as one file and the commands that switch it on and off. @throws ORC_CLI_NO_SERVICE */
export function describeService(facts: ServiceFacts): Service {
  if (facts.platform === 'linux') return systemdService(facts);
  if (facts.platform === 'darwin') return launchdService(facts);
  throw errors.noService(facts.platform);
}

/** One ORC_HOME, one service: another home gets a name of its own. */
function nameOf({ orcHome, userHome }: ServiceFacts): string {
  if (orcHome === join(userHome, '.orc')) return 'orc';
  return `orc-${createHash('sha256').update(orcHome).digest('hex').slice(0, 8)}`;
}

function environmentOf({ orcHome, environment }: ServiceFacts): [string, string][] {
  // Whoever installs a service wants the team to be there again after a reboot.
  return Object.entries({ ...environment, ORC_HOME: orcHome, ORC_RESUME_ON_BOOT: 'true' });
}

function systemdService(facts: ServiceFacts): Service {
  const { isSystem } = facts;
  const name = `${nameOf(facts)}.service`;
  const config = facts.configHome ?? join(facts.userHome, '.config');
  const systemctl = isSystem ? ['systemctl'] : ['systemctl', '--user'];
  return {
    kind: isSystem ? 'systemd-system' : 'systemd-user',
    name,
    path: isSystem ? join('/etc/systemd/system', name) : join(config, 'systemd', 'user', name),
    text: systemdText(facts),
    check: [...systemctl, 'is-active', '--quiet', name],
    enable: [
      // Services of a user end with the last session of that user, unless they linger.
      ...(isSystem ? [] : [['loginctl', 'enable-linger']]),
      [...systemctl, 'daemon-reload'],
      [...systemctl, 'enable', '--now', name],
    ],
    disable: [[...systemctl, 'disable', '--now', name]],
    forget: [[...systemctl, 'daemon-reload']],
  };
}

function systemdText(facts: ServiceFacts): string {
  const { isSystem, orcHome, command, output, ownerUid } = facts;
  return [
    '# Written by "orc daemon install"; "orc daemon uninstall" removes it.',
    '[Unit]',
    `Description=orc, a team of coding agents (${escapePercent(orcHome)})`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${command.map((word) => quote(word).replaceAll('$', '$$$$')).join(' ')}`,
    ...environmentOf(facts).map(([key, value]) => `Environment=${quote(`${key}=${value}`)}`),
    ...(isSystem && ownerUid !== 0 ? [`User=${ownerUid}`] : []),
    'Restart=on-failure',
    `RestartSec=${RESTART_SECONDS}`,
    '# The agents live in tmux and outlive the daemon: only the daemon itself is ended, and not what it started.',
    'KillMode=process',
    'OOMPolicy=continue',
    'TimeoutStopSec=30',
    '# What it says before it can write its own log, and how it crashes.',
    `StandardOutput=append:${escapePercent(output)}`,
    `StandardError=append:${escapePercent(output)}`,
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n');
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

function quote(text: string): string {
  return `"${escapePercent(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function launchdService(facts: ServiceFacts): Service {
  const { isSystem } = facts;
  const name = `dev.${nameOf(facts)}.daemon`;
  const directory = isSystem ? '/Library/LaunchDaemons' : join(facts.userHome, 'Library', 'LaunchAgents');
  const domain = isSystem ? 'system' : `gui/${facts.uid}`;
  const path = join(directory, `${name}.plist`);
  return {
    kind: 'launchd',
    name,
    path,
    text: launchdText(facts, name),
    check: ['launchctl', 'print', `${domain}/${name}`],
    enable: [['launchctl', 'bootstrap', domain, path]],
    disable: [['launchctl', 'bootout', `${domain}/${name}`]],
    forget: [],
  };
}

function launchdText(facts: ServiceFacts, name: string): string {
  const string = (text: string) => `<string>${escapeXml(text)}</string>`;
  const entry = (key: string, value: string) => `  <key>${key}</key>\n  ${value}`;
  const variables = environmentOf(facts).map(
    ([key, value]) => `    <key>${escapeXml(key)}</key>\n    ${string(value)}`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by "orc daemon install"; "orc daemon uninstall" removes it. -->',
    '<plist version="1.0">',
    '<dict>',
    entry('Label', string(name)),
    entry('ProgramArguments', `<array>${facts.command.map(string).join('')}</array>`),
    entry('EnvironmentVariables', `<dict>\n${variables.join('\n')}\n  </dict>`),
    entry('RunAtLoad', '<true/>'),
    entry('KeepAlive', '<dict><key>SuccessfulExit</key><false/></dict>'),
    entry('ThrottleInterval', `<integer>${RESTART_SECONDS}</integer>`),
    // The agents live in tmux and outlive the daemon.
    entry('AbandonProcessGroup', '<true/>'),
    entry('StandardOutPath', string(facts.output)),
    entry('StandardErrorPath', string(facts.output)),
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
