export type * from './json.js';
export type * from './entity.js';
export type * from './operation.js';
export type * from './requests.js';
export type * from './answers.js';
export type * from './pushes.js';
