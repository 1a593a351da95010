// The link that an application's options ask for: one connection for all tabs where the browser can, else one of its own.
// The code of the tabs is loaded beside the page's, while the token is asked for. Where it does not come (a new release has
// taken the old files away), or not soon, this tab is alone: a connection more, and nothing is lost.
import type { CoterieOptions, GetToken } from '../api/client.js';
import type { Environment } from '../environment.js';
import type { LinkOptions } from './directLink.js';
import { aloneIn, directLink } from './directLink.js';
import type { Link } from './link.js';
import { drawTab, TabLink } from './tabLink.js';

const LOAD_MS = 3_000;

export function openLink(
  options: LinkOptions & Pick<CoterieOptions, 'shareAcrossTabs'>,
  environment: Environment,
  load = () => import('./tabs/sharedCarrier.js'),
): Link {
  const { openChannel, locks } = environment;
  const { getToken, shareAcrossTabs } = options;
  if (shareAcrossTabs === false || !openChannel || !locks || !getToken) return directLink(options, environment);
  return new TabLink(environment, drawTab(environment), async (link) => {
    const own = { ...options, getToken: begun(getToken) };
    try {
      const { SharedCarrier } = await inTime(load(), environment);
      const sharing = { openChannel: (name: string) => openChannel.call(environment, name), locks };
      return new SharedCarrier(own, own.getToken, environment, sharing, link);
    } catch (failure) {
      environment.log?.('warn', 'this tab has a connection of its own: the code to share one did not come', failure);
      return aloneIn(link, own, environment);
    }
  });
}

/** Asks for the first token now, and hands it to whoever asks first. */
function begun(getToken: GetToken): GetToken {
  let first: Promise<string | null> | null = Promise.resolve().then(() => getToken({ reason: 'connect' }));
  // Whoever asks is told of it.
  first.catch(() => {});
  return (why) => {
    const token = why.reason === 'connect' ? first : null;
    first = null;
    return token ?? getToken(why);
  };
}

function inTime<T>(loading: Promise<T>, environment: Environment): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = environment.setTimer(() => reject(new Error('It takes too long.')), LOAD_MS);
    void loading.then(resolve, reject).finally(() => environment.clearTimer(timer));
  });
}
