// The server's addresses, from the one that the application names.

export interface ServerUrls {
  /** `https://desk.example/`, with a slash at the end. */
  base: string;
  socket: string;
  events: string;
  requests: string;
}

export function serverUrls(url: string | URL, pageUrl?: string): ServerUrls {
  const base = new URL(url, pageUrl);
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
