// The page of the tests of the client alone: no application, only what a test opens by hand through `window.lab`.
import { connect, createAuth } from '@coterie/client';
import { CoterieProvider, useEntity } from '@coterie/react';
import { createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const began = performance.now();
const clients = [];

const lab = {
  connect,
  createAuth,
  /** Every state of the connection, with the ms since the page came. */
  states: [],
  /** Whatever was shown of the watched records, in its order. */
  shown: {},
  client: null,

  open(name, options = {}) {
    const client = connect({ url: '/', ...(name ? { getToken: () => `dev:${name}` } : {}), ...options });
    clients.push(client);
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
      const { data, entity } = record.get();
      const text = JSON.stringify(data);
      const past = lab.shown[key];
      if (past[past.length - 1] !== text) past.push(text);
      void entity;
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
    const Row = ({ id }) => {
      const { data, status } = useEntity('Note', id, { presence: true });
      return createElement('p', { 'data-note': id, 'data-status': status }, data?.text ?? '');
    };
    const holder = document.body.appendChild(document.createElement('div'));
    const root = createRoot(holder);
    const provider = createElement(
      CoterieProvider,
      { url: '/', getToken: () => `dev:${name}` },
      ...ids.map((id) => createElement(Row, { id, key: id })),
    );
    root.render(strict ? createElement(StrictMode, null, provider) : provider);
    return () => {
      root.unmount();
      holder.remove();
    };
  },
};

window.lab = lab;
