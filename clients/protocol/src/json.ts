// What stands in a record: JSON, as the protocol limits it (finite numbers, integers within ±(2^53-1)).

export type JsonScalar = string | number | boolean | null;
export type JsonValue = JsonScalar | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = { [name: string]: JsonValue };
