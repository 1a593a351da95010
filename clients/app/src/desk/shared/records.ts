// The desk's records, as they stand in the demo's data.
import type { JsonObject } from '@coterie/protocol';

export type VehicleStatus = 'ready' | 'service' | 'retired';
export type BookingStatus = 'booked' | 'out' | 'returned' | 'cancelled';

export interface Vehicle extends JsonObject {
  Name: string;
  Miles_per_Gallon: number | null;
  Cylinders: number | null;
  Horsepower: number | null;
  Year: string;
  Origin: string;
  units: number;
  available: number;
  dailyRate: number;
  status: VehicleStatus;
  note: string;
}

export interface Booking extends JsonObject {
  number: string;
  customer: string;
  vehicle: string;
  vehicleName: string;
  from: string;
  to: string;
  units: number;
  status: BookingStatus;
  note: string;
}

export const vehicleStatuses: readonly VehicleStatus[] = ['ready', 'service', 'retired'];
export const bookingStatuses: readonly BookingStatus[] = ['booked', 'out', 'returned', 'cancelled'];

export const statusTone: { [status: string]: 'good' | 'warning' | 'danger' | 'info' | undefined } = {
  ready: 'good',
  service: 'warning',
  retired: undefined,
  booked: 'info',
  out: 'warning',
  returned: 'good',
  cancelled: undefined,
};

/** How a field is called on the screen. */
export const nameOfField: { [path: string]: string } = {
  Name: 'Name',
  Miles_per_Gallon: 'MPG',
  Cylinders: 'Cylinders',
  Horsepower: 'HP',
  Year: 'Year',
  Origin: 'Origin',
  units: 'Units',
  available: 'Available',
  dailyRate: 'Rate per day',
  status: 'Status',
  note: 'Note',
  customer: 'Customer',
  vehicle: 'Vehicle',
  vehicleName: 'Vehicle',
  from: 'From',
  to: 'To',
  number: 'Number',
};

export const titled = (path: string): string => nameOfField[path] ?? path.replaceAll('_', ' ');

/** A value as people read it. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
