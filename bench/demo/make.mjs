// Makes the rental desk's data of the cars in the npm package vega-datasets: how many there are of each, what a day
// costs, and bookings. By arithmetic alone, so that it is the same data every time.
//   node bench/demo/make.mjs DIRECTORY        writes vehicles.json and bookings.json there
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const target = process.argv[2];
if (!target) {
  console.error('Usage: node bench/demo/make.mjs DIRECTORY');
  process.exit(2);
}
const cars = JSON.parse(readFileSync(new URL('node_modules/vega-datasets/data/cars.json', import.meta.url), 'utf8'));

/** Evenly spread over [0, 1), and the same for the same words. */
function chance(...words) {
  let state = 2166136261;
  for (const letter of words.join('/')) state = Math.imul(state ^ letter.charCodeAt(0), 16777619);
  state ^= state >>> 15;
  state = Math.imul(state, 2246822507);
  state ^= state >>> 13;
  return (state >>> 0) / 4294967296;
}
const pick = (list, ...words) => list[Math.floor(chance(...words) * list.length)];
const whole = (least, most, ...words) => least + Math.floor(chance(...words) * (most - least + 1));

const notes = [
  'New tyres in October.',
  'Child seat in the boot.',
  'Scratch on the left door, photographed.',
  'Tow bar fitted.',
  'Service due at the next return.',
];
const vehicles = cars.map((car, at) => {
  const units = whole(1, 6, 'units', at);
  const price = 28 + (car.Horsepower ?? 90) * 0.35 + (car.Origin === 'USA' ? 0 : 6);
  const share = chance('status', at);
  return {
    ...car,
    units,
    available: units,
    dailyRate: Math.round(price),
    status: share < 0.9 ? 'ready' : share < 0.97 ? 'service' : 'retired',
    note: chance('noted', at) < 0.18 ? pick(notes, 'note', at) : '',
  };
});

const customers = [
  'Abel Tasman Tours', 'Alder & Finch', 'Bakery Lindqvist', 'Bridge Street School', 'Camille Fournier', 'City Theatre',
  'Dana Okafor', 'Elm Grove Choir', 'Film Unit Nine', 'Goran Petrovic', 'Harbour Sailing Club', 'Ines Carvalho',
  'Jonas Weber', 'Kestrel Surveys', 'Lucia Romano', 'Mill Lane Nursery', 'Nordic Trails', 'Omar Haddad',
  'Priya Raman', 'Quarry Climbing Hall', 'Rosa Delgado', 'Sato Gardens', 'Tidewater Research', 'Wren Weddings',
];
const wishes = ['', '', '', 'Pays on return.', 'Picks up after six.', 'Asked for a full tank.', 'Two drivers.'];
const firstDay = Date.UTC(2026, 10, 16);
const day = (offset) => new Date(firstDay + offset * 86_400_000).toISOString().slice(0, 10);

const bookings = [];
for (let at = 0; bookings.length < 60; at += 1) {
  const index = Math.floor(chance('vehicle', at) * vehicles.length);
  const vehicle = vehicles[index];
  const units = Math.min(whole(1, 2, 'take', at), vehicle.units);
  const from = whole(-6, 24, 'from', at);
  const status = from < -2 ? 'returned' : from < 9 ? 'out' : chance('cancelled', at) < 0.12 ? 'cancelled' : 'booked';
  const takes = status === 'booked' || status === 'out';
  if (vehicle.status !== 'ready' || (takes && vehicle.available < units)) continue;
  if (takes) vehicle.available -= units;
  bookings.push({
    number: `DEMO-${String(bookings.length + 1).padStart(3, '0')}`,
    customer: pick(customers, 'customer', at),
    vehicle: String(index + 1),
    vehicleName: vehicle.Name,
    from: day(from),
    to: day(from + whole(1, 12, 'days', at)),
    units,
    status,
    note: pick(wishes, 'wish', at),
  });
}

mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'vehicles.json'), JSON.stringify(vehicles, null, 1));
writeFileSync(join(target, 'bookings.json'), JSON.stringify(bookings, null, 1));
