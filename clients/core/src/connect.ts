// The one call by which an application begins: the link, the disk and the client put together.
import type { Coterie, CoterieOptions } from './api/client.js';
import { Client } from './client.js';
import { environmentOf } from './environment/default.js';
import { openLink } from './link/openLink.js';
import { serverUrls } from './link/urls.js';
import { deferredPersistence } from './persist/deferredPersistence.js';
import { memoryPersistence } from './persist/memory.js';
import { openPersistence } from './persist/openPersistence.js';

/**
 * Connects to a Coterie server, and stays connected until `close()`. Returns at once: records show what was cached, then
 * what is live; edits made meanwhile wait in the queue. A `url` that is none throws.
 *
 * @example
 * const coterie = connect({ url: '/', getToken: () => token });
 * const stop = coterie.record('Booking', '42').subscribe(() => show(coterie.record('Booking', '42').get()));
 */
export function connect(options: CoterieOptions): Coterie {
  const environment = environmentOf(options.environment);
  // What is wrong with it is thrown here, and not on the way.
  serverUrls(options.url, environment.page.base);
  const persistence =
    options.storage === 'memory'
      ? memoryPersistence()
      : deferredPersistence(openPersistence(options.storageName ?? 'coterie', environment));
  return new Client({ environment, link: openLink(options, environment), persistence }, options);
}
