// Shows /openapi.json and /asyncapi.json. Every text of the documents enters the page as text, never as markup.
'use strict';

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
const code = (text) => element('code', {}, text);
const nameOf = (reference) => reference.slice(reference.lastIndexOf('/') + 1);

// A schema in a few words, its references as links into the list of schemas.
function inWords(schema, kind) {
  if (schema === undefined || schema === true) return ['anything'];
  if (schema.$ref) return [element('a', {href: '#' + kind + '-' + nameOf(schema.$ref)}, nameOf(schema.$ref))];
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(' | ')];
  if ('const' in schema) return [JSON.stringify(schema.const)];
  const several = schema.anyOf || schema.oneOf;
  if (several) return several.flatMap((one, i) => (i ? [' | '] : []).concat(inWords(one, kind)));
  if (schema.type === 'array') return ['list of ', ...inWords(schema.items, kind)];
  if (schema.properties) return ['{ ', Object.keys(schema.properties).join(', '), ' }'];
  if (schema.additionalProperties !== undefined && schema.type === 'object') {
    return ['from name to ', ...inWords(schema.additionalProperties, kind)];
  }
  const more = [];
  if (schema.pattern) more.push(schema.pattern);
  if (schema.minimum !== undefined) more.push('from ' + schema.minimum);
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) more.push('to ' + schema.maximum);
  if (schema.maxLength !== undefined) more.push('at most ' + schema.maxLength + ' characters');
  if (schema.default !== undefined) more.push('default ' + JSON.stringify(schema.default));
  return [[].concat(schema.type || 'anything').join(' or ') + (more.length ? ' (' + more.join(', ') + ')' : '')];
}

function table(head, rows) {
  const made = element('table', {}, element('tr', {}, ...head.map((cell) => element('th', {}, cell))));
  for (const row of rows) made.append(element('tr', {}, ...row.map((cell) => element('td', {}, ...[].concat(cell)))));
  return made;
}

function membersOf(schema, kind) {
  const rows = Object.entries(schema.properties || {}).map(([name, of]) => [
    code(name), (schema.required || []).includes(name) ? 'needed' : '', inWords(of, kind), of.description || '']);
  return rows.length ? [table(['member', '', 'is', ''], rows)] : [];
}

function schemaOf(media) {
  return media.schema ? inWords(media.schema, 'http') : ['anything'];
}

function operation(path, method, about) {
  const body = element('div', {});
  const needs = (about.security || []).flatMap((one) => one.bearer || []);
  body.append(element('p', {}, (about.security || []).length === 0 ? 'For everyone. ' :
    needs.length ? 'Needs the role ' + needs.join(', ') + '. ' : 'For who is signed in. ', code(about.operationId)));
  const rows = (about.parameters || []).map((one) => [
    code(one.name), one.in + (one.required ? ', needed' : ''),
    schemaOf(one.content ? Object.values(one.content)[0] : one), one.description || '']);
  if (rows.length) body.append(table(['parameter', 'in', 'is', ''], rows));
  for (const [type, media] of Object.entries((about.requestBody || {}).content || {})) {
    body.append(element('p', {}, 'Body: ', code(type), ' ', ...schemaOf(media)));
  }
  const answers = Object.entries(about.responses).flatMap(([status, response]) => {
    const content = Object.entries(response.content || {});
    if (!content.length) return [[code(status), response.description, '']];
    return content.map(([type, media]) => [code(status), type, schemaOf(media)]);
  });
  body.append(table(['status', '', 'is'], answers));
  return element('details', {'data-words': [path, method, about.operationId, about.summary].join(' ').toLowerCase()},
    element('summary', {}, element('b', {class: 'method'}, method), code(path), element('span', {}, about.summary)), body);
}

function schemaList(schemas, kind, title) {
  const section = element('section', {}, element('h2', {}, title));
  for (const [name, schema] of Object.entries(schemas)) {
    const body = element('div', {}, element('p', {}, schema.description || ''));
    body.append(...membersOf(schema, kind));
    if (!schema.properties) body.append(element('p', {}, ...inWords(schema, kind)));
    section.append(element('details', {id: kind + '-' + name, 'data-words': name.toLowerCase()},
      element('summary', {}, code(name)), body));
  }
  return section;
}

function httpSections(openapi) {
  const byTag = new Map();
  for (const [path, item] of Object.entries(openapi.paths)) {
    for (const [method, about] of Object.entries(item)) {
      const tag = about.tags[0];
      if (!byTag.has(tag)) byTag.set(tag, element('section', {}, element('h2', {}, tag)));
      byTag.get(tag).append(operation(path, method, about));
    }
  }
  return [...byTag.values()];
}

function socketSection(asyncapi) {
  const section = element('section', {}, element('h2', {}, 'WebSocket /ws'));
  for (const about of Object.values(asyncapi.operations)) {
    const message = nameOf(about.messages[0].$ref);
    const asked = about.action === 'receive';
    const body = element('div', {}, ...membersOf(asyncapi.components.schemas[message], 'socket'));
    if (about.reply) {
      body.append(element('p', {}, 'Answered by ', ...about.reply.messages.flatMap((one, i) =>
        (i ? [', '] : []).concat(inWords(one, 'socket')))));
    }
    section.append(element('details', {'data-words': (message + ' ' + (about.summary || '')).toLowerCase()},
      element('summary', {}, element('b', {class: 'method'}, asked ? 'ask' : 'push'),
        code(asyncapi.components.messages[message].name), element('span', {}, about.summary || '')), body));
  }
  return section;
}

// A link leads to a schema that is folded up: open it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === 'DETAILS') target.open = true;
}

async function main() {
  const content = document.getElementById('content');
  try {
    const [openapi, asyncapi] = await Promise.all(['/openapi.json', '/asyncapi.json'].map(async (path) => {
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(path + ' answers ' + answer.status);
      return answer.json();
    }));
    content.replaceChildren(element('p', {}, 'Version ' + openapi.info.version + '. ' + openapi.info.description),
      ...httpSections(openapi), socketSection(asyncapi),
      schemaList(openapi.components.schemas, 'http', 'Schemas over HTTP'),
      schemaList(asyncapi.components.schemas, 'socket', 'Schemas over the WebSocket'));
  } catch (error) {
    content.replaceChildren(element('p', {}, 'The documents could not be read: ' + error.message));
    return;
  }
  document.getElementById('find').addEventListener('input', (event) => {
    const words = event.target.value.toLowerCase().trim();
    for (const one of content.querySelectorAll('details')) one.hidden = !one.dataset.words.includes(words);
  });
  addEventListener('hashchange', openTarget);
  openTarget();
}
main();
