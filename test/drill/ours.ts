import { protocolAt, type Tokens } from '../bench/protocol.ts';
import { type LoginOptions, logIn as signIn } from '../bench/sign-in.ts';
import type { Line, Visitor } from '../bench/visitor.ts';

/** Ours at the addresses that are its own, for drills: there instances come and go and nothing is read first. */
const ours = (line: Line) =>
  protocolAt(line, '/.well-known/openid-configuration', {
    authorization_endpoint: '/authorize',
    token_endpoint: '/token',
  });

/** Through all pages to the code. */
export function logIn(line: Line, visitor: Visitor, options: LoginOptions): Promise<string> {
  return signIn({ line, protocol: ours(line) }, visitor, options);
}

/** Asks for a code with a session that is there: one request, no page. */
export function authorizeWithSession(visitor: Visitor): Promise<string> {
  return ours(visitor.line).authorizeWithSession(visitor);
}

/** Redeems a code. */
export function redeem(line: Line, code: string): Promise<Tokens> {
  return ours(line).redeem(code);
}
