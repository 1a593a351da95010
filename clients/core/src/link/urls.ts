// The server's addresses, from the one that the application names.

export interface ServerUrls {
  /** `https://desk.example/`, with a slash at the end. */
  base: string;
  socket: string;
  events: string;
  requests: string;
}

const KNOWN = /^(https?:|wss?:|[/.])/i;

function parsed(url: string, pageUrl: string | undefined): URL {
  try {
    if (KNOWN.test(url)) return new URL(url, pageUrl);
  } catch {
    // Said below.
  }
  const page = pageUrl === undefined ? '' : ' (or / for the server of this page)';
  throw new TypeError(`url is "${url}". Write where the server is, as in http://localhost:8787${page}.`);
}

/** Throws a TypeError that says what to write instead: it is a mistake of the program's, and found at the start. */
export function serverUrls(url: string | URL, pageUrl?: string): ServerUrls {
  const base = parsed(String(url), pageUrl);
  base.protocol = base.protocol.replace(/^ws/, 'http');
  base.search = '';
  base.hash = '';
  // `/ws` is what people know by heart.
  base.pathname = base.pathname.replace(/\/ws\/?$/, '/').replace(/\/*$/, '/');
  const at = (path: string) => new URL(path, base).href;
  return {
    base: base.href,
    socket: at('ws').replace(/^http/, 'ws'),
    events: at('events'),
    requests: at('api/v1/requests'),
  };
}
