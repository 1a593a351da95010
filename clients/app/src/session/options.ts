// Which ways of signing in this server has. An older one does not say: both are offered.
export interface SignInOptions {
  readonly dev: boolean;
  readonly accounts: boolean;
  readonly firstAdministrator: boolean;
}

const unknown: SignInOptions = { dev: true, accounts: true, firstAdministrator: false };

export async function signInOptions(): Promise<SignInOptions> {
  try {
    const answer = await fetch('/api/v1/auth/options', { headers: { Accept: 'application/json' } });
    if (!answer.ok) return unknown;
    const said = (await answer.json()) as Partial<SignInOptions>;
    return {
      dev: said.dev === true,
      accounts: said.accounts === true,
      firstAdministrator: said.firstAdministrator === true,
    };
  } catch {
    return unknown;
  }
}
