import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';

/** Prometheus refuses a text format that does not say its version. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const HOST = '127.0.0.1';

export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves `/metrics` and nothing else, on loopback, to whoever has the token. */
export async function startMetricsServer({
  port,
  token,
  text,
  log,
}: {
  readonly port: number;
  readonly token: string;
  readonly text: () => Promise<string>;
  readonly log: Pick<Logger, 'error'>;
}): Promise<MetricsServer> {
  // Whatever this meets belongs to one scrape: thrown to the server, it would end the daemon.
  const read = async (): Promise<[status: number, body: string, type?: string]> => {
    try {
      return [200, await text(), METRICS_TYPE];
    } catch (error) {
      log.error({ err: error }, 'the metrics could not be read');
      return [500, 'The metrics could not be read; the log of the daemon says why.\n'];
    }
  };
  const server = createServer((request, response) => {
    const end = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type }).end(body);
    if (!isLoopback(request.headers.host)) return void end(421, 'This is not the host that you asked for.\n');
    if (!isToken(request.headers.authorization, token)) {
      response.setHeader('www-authenticate', 'Bearer');
      return void end(401, 'The token is in metrics.token below ORC_HOME.\n');
    }
    if (request.method !== 'GET' || request.url !== '/metrics')
      return void end(404, 'Only GET /metrics is here.\n');
    void read().then((answer) => end(...answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}/metrics`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A page in a browser can be made to ask loopback under a name of its own; that name is in the header. */
function isLoopback(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');
}

function isToken(header: string | undefined, token: string): boolean {
  const hash = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(hash(header ?? ''), hash(`Bearer ${token}`));
}
