// A program's own description of itself, shortened to what an operator looks for.

const browsers: [form: RegExp, name: string][] = [
  [/\bEdg\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[^ ]* .*Safari\//, 'Safari'],
];

const systems: [form: RegExp, name: string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** "Firefox 130 on Linux"; what is no browser stays as it is, up to its first blank. */
export function shortAgent(agent: string): string {
  if (agent === '') return 'not told';
  for (const [form, name] of browsers) {
    const version = form.exec(agent)?.[1];
    if (version === undefined) continue;
    const system = systems.find(([known]) => known.test(agent))?.[1];
    return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
  }
  return agent.split(' ')[0] ?? agent;
}
