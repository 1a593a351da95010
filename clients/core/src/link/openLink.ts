// The link that an application's options ask for: one connection for all tabs where the browser can, else one of its own.
import type { CoterieOptions } from '../api/client.js';
import type { Environment } from '../environment.js';
import type { LinkOptions } from './directLink.js';
import { directLink } from './directLink.js';
import type { Link } from './link.js';
import { sharedLink } from './tabs/sharedLink.js';

export function openLink(
  options: LinkOptions & Pick<CoterieOptions, 'shareAcrossTabs'>,
  environment: Environment,
): Link {
  const { openChannel, locks } = environment;
  if (options.shareAcrossTabs === false || !openChannel || !locks || !options.getToken) {
    return directLink(options, environment);
  }
  return sharedLink(options, options.getToken, environment, { openChannel, locks });
}
