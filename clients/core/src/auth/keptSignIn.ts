// What outlives a page of a sign-in: the refresh token and who it is. The access token never stands on a disk.
import type { AuthOptions, SignedInUser } from '../api/auth.js';
import type { Environment, KeepLike } from '../environment.js';

export interface SignIn {
  refreshToken: string;
  user: SignedInUser;
}

export class KeptSignIn {
  private readonly keep: KeepLike;

  constructor(
    private readonly name: string,
    persist: NonNullable<AuthOptions['persist']>,
    environment: Environment,
  ) {
    const { keep, keepForTab } = environment.page;
    const found = persist === 'local' ? keep : persist === 'session' ? keepForTab : undefined;
    this.keep = found ?? inMemory();
  }

  get(): SignIn | null {
    try {
      const value: unknown = JSON.parse(this.keep.get(this.name) ?? 'null');
      return isSignIn(value) ? value : null;
    } catch {
      return null;
    }
  }

  set(signIn: SignIn | null): void {
    this.keep.set(this.name, signIn && JSON.stringify(signIn));
  }

  /** Tells when another tab has signed in or out. */
  listen(changed: () => void): void {
    this.keep.listen?.((name) => {
      if (name === null || name === this.name) changed();
    });
  }
}

function isSignIn(value: unknown): value is SignIn {
  const { refreshToken, user } = (value ?? {}) as Partial<SignIn>;
  return typeof refreshToken === 'string' && typeof user === 'object' && user !== null && typeof user.id === 'string';
}

function inMemory(): KeepLike {
  const held = new Map<string, string>();
  return {
    get: (name) => held.get(name) ?? null,
    set: (name, value) => void (value === null ? held.delete(name) : held.set(name, value)),
  };
}
