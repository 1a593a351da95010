// Several whole clients against a server within the test, under a seed: lines are cut, frames are late and come twice,
// the server dies, pages are loaded anew. In the end all show what the server holds, every call has ended, and no
// increment was done twice or lost.
import { describe, it } from 'vitest';
import { createFakeServer, handClock } from '@coterie/testing';
import { environmentOf } from '../src/environment/default.js';
import { check, dice, Person, SEEDED, type World } from './support/modelPeople.js';

const STEPS = 120;

async function play(seed: number): Promise<void> {
  const clock = handClock();
  const server = createFakeServer({ clock });
  const roll = dice(seed);
  const world: World = {
    url: () => 'http://fake',
    environment: (_, own) => environmentOf(server.environment(own)),
    pass: (ms) => clock.advance(ms),
  };
  server.seed(SEEDED.map((record) => ({ entityType: 'Item', ...record })));
  server.delay(() => roll(40));
  const people = ['ann', 'bob', 'cay'].map((name) => new Person(name, world, roll));
  for (let step = 0; step < STEPS; ++step) {
    const person = people[roll(people.length)];
    const what = roll(20);
    if (what === 0) server.drop(person?.name);
    else if (what === 1) server.duplicateNextFrame();
    else if (what === 2) {
      server.kill();
      await clock.advance(roll(3000));
      server.restart();
    } else if (what === 3) await person?.reload();
    else person?.act();
    await clock.advance(roll(300));
  }
  await clock.advance(120_000);
  await check([...server.records('Item')], people, `seed ${seed}`);
  for (const person of people) await person.close();
}

describe('several clients under drops, delays, repeats, kills and reloads', () => {
  const given = process.env['COTERIE_SEED'];
  const seeds = given ? [Number(given)] : [1, 2, 3, 4, 5, 6];
  it.each(seeds)('all show in the end what the server holds (seed %i)', (seed) => play(seed), 60_000);
});
