// The link of a tab, or a program, that has its connection for itself.
import type { CoterieOptions } from '../api/client.js';
import type { ConnectionState } from '../api/status.js';
import type { Environment } from '../environment.js';
import type { Link } from './link.js';
import { Session } from './session.js';
import type { SessionOptions } from './sessionTypes.js';
import { drawTab, TabLink } from './tabLink.js';
import { serverUrls } from './urls.js';

export type LinkOptions = Pick<CoterieOptions, 'url' | 'getToken' | 'clientId' | 'transport' | 'storageName'>;

export function sessionOptions(
  options: LinkOptions,
  environment: Environment,
  role: ConnectionState['role'],
): SessionOptions {
  return {
    environment,
    urls: serverUrls(options.url, environment.page.base),
    getToken: options.getToken,
    clientId: options.clientId,
    transport: options.transport ?? 'auto',
    role,
  };
}

export function directLink(options: LinkOptions, environment: Environment): Link {
  return new TabLink(environment, drawTab(environment), (link) => Promise.resolve(aloneIn(link, options, environment)));
}

export function aloneIn(link: TabLink, options: LinkOptions, environment: Environment): Session {
  return new Session(sessionOptions(options, environment, 'alone'), link);
}
