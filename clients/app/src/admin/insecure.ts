// Settings that are for a developer's machine, or that leave a door open; told in words.
import type { Configuration } from './api/types.js';

export interface Warning {
  readonly text: string;
  /** `danger`: do not put this before real data. */
  readonly tone: 'danger' | 'warning';
}

const atHome = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/;

export interface Surroundings {
  /** Of the address bar. */
  readonly protocol: string;
  readonly hostname: string;
}

const capNames: [limit: string, text: string][] = [
  ['messagesPerSecond', 'No user’s messages have a rate limit.'],
  ['connectionsPerUser', 'A user may have any number of connections.'],
  ['connectionsPerAddress', 'An address may have any number of connections.'],
];

export function insecureSettings(configuration: Configuration, page: Surroundings): Warning[] {
  const found: Warning[] = [];
  const { dev = false, host = '', allowedOrigins = [], limits = {}, auth = {} } = configuration;
  if (dev) {
    found.push({ tone: 'danger', text: 'Development mode: anyone on the server’s machine can sign in as anyone.' });
  }
  if (page.protocol === 'http:' && !atHome.test(page.hostname)) {
    found.push({ tone: 'danger', text: 'This page came without TLS: passwords and tokens can be read on the way.' });
  }
  if (allowedOrigins.some((origin) => origin.includes('*'))) {
    found.push({ tone: 'danger', text: 'Any web site may connect on behalf of its visitors (allowed origins).' });
  }
  if (host !== '' && !atHome.test(host) && page.protocol === 'http:' && atHome.test(page.hostname)) {
    found.push({ tone: 'warning', text: `The server listens on ${host}; see that a proxy with TLS stands before it.` });
  }
  for (const [limit, text] of capNames) {
    if (limits[limit] === 0) found.push({ tone: dev ? 'warning' : 'danger', text });
  }
  const access = auth.accessTokenMs;
  if (typeof access === 'number' && access > 3_600_000) {
    found.push({ tone: 'warning', text: 'Access tokens are good for more than an hour.' });
  }
  return found;
}
