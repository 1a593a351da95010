// The page of the tests of the client alone: no application, only what a test opens by hand through `window.lab`.
import { connect, createAuth } from '@coterie/client';
import { AuthProvider, CoterieProvider, useAuth, useCoterie, useEntity } from '@coterie/react';
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const began = performance.now();

function Row({ id }) {
  const { data, status } = useEntity('Note', id, { presence: true });
  return createElement('p', { 'data-note': id, 'data-status': status }, data?.text ?? '');
}
const row = (id) => createElement(Row, { id, key: id });

function show(element) {
  const holder = document.body.appendChild(document.createElement('div'));
  const root = createRoot(holder);
  root.render(element);
  return () => {
    root.unmount();
    holder.remove();
  };
}

const lab = {
  connect,
  createAuth,
  /** Every state of the connection, with the ms since the page came. */
  states: [],
  /** Why a token was asked for, each time. */
  tokens: [],
  /** Whatever was shown of the watched records, in its order. */
  shown: {},
  client: null,

  open(name, options = {}) {
    const getToken = ({ reason }) => {
      lab.tokens.push(reason);
      return `dev:${name}`;
    };
    const client = connect({ url: '/', getToken, ...options });
    lab.client = client;
    const tell = () => {
      const { state, role, sessionId, reason } = client.connection.get();
      lab.states.push({ at: Math.round(performance.now() - began), state, role, sessionId, reason });
    };
    client.connection.subscribe(tell);
    tell();
    return client;
  },

  watch(type, id) {
    const record = lab.client.record(type, id);
    const key = `${type}/${id}`;
    lab.shown[key] = [];
    const tell = () => {
      const text = JSON.stringify(record.get().data);
      const past = lab.shown[key];
      if (past[past.length - 1] !== text) past.push(text);
    };
    const stop = record.subscribe(tell);
    tell();
    return stop;
  },

  state: () => lab.client?.connection.get() ?? null,
  sync() {
    const { pending, attention, lastSyncedAt, firstSyncDone } = lab.client.sync.get();
    return { pending, lastSyncedAt, firstSyncDone, attention: attention.map((each) => ({ ...each })) };
  },
  data: (type, id) => lab.client.record(type, id).get().data,
  status: (type, id) => lab.client.record(type, id).get().status,
  conflicts: () => lab.client.conflicts.get().map(({ key, entityId, fields }) => ({ key, entityId, fields })),

  /** A React page with one record for each id; returns how it is taken away. */
  mount(name, ids, strict = true) {
    const provider = createElement(CoterieProvider, { url: '/', getToken: () => `dev:${name}` }, ...ids.map(row));
    return show(strict ? createElement(StrictMode, null, provider) : provider);
  },

  /** One that shows its records to whoever is signed in. */
  desk(ids) {
    const Desk = () => {
      lab.auth = useAuth();
      lab.client = useCoterie();
      return lab.auth.status === 'signed-in' ? ids.map(row) : createElement('p', { id: 'signed-out' }, 'Signed out.');
    };
    const provider = createElement(CoterieProvider, { url: '/' }, createElement(Desk));
    return show(createElement(StrictMode, null, createElement(AuthProvider, { url: '/', persist: 'local' }, provider)));
  },
};

window.lab = lab;
