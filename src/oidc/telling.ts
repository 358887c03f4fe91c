import type { Provider } from 'oidc-provider';
import { VneidError } from '../errors.ts';
import type { EventHub } from '../events.ts';

/** Retells the library's events in our vocabulary. */
export function retell(provider: Provider, events: EventHub): void {
  provider.on('grant.success', (ctx) => {
    const { client, account, params } = ctx.oidc;
    events.emit('token.issued', {
      client: client?.clientId ?? '',
      ...(account && { account: account.accountId }),
      grantType: String(params?.grant_type),
    });
  });
  provider.on('grant.error', (ctx, error) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('token.refused', { ...(client && { client }), error: error.error, reason: reasonOf(error) });
  });
  provider.on('authorization.error', (ctx, error) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('authorization.refused', { ...(client && { client }), error: error.error, reason: reasonOf(error) });
  });
  provider.on('pushed_authorization_request.error', (ctx, error) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('authorization.refused', { ...(client && { client }), error: error.error, reason: reasonOf(error) });
  });
  provider.on('registration_create.success', (_ctx, client) => {
    events.emit('client.registered', { client: client.clientId, name: client.clientName ?? '' });
  });
  provider.on('registration_update.success', (_ctx, client) => {
    events.emit('client.changed', { client: client.clientId });
  });
  provider.on('registration_delete.success', (_ctx, client) => {
    events.emit('client.removed', { client: client.clientId });
  });
  provider.on('end_session.success', (ctx) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('session.ended', client ? { client } : {});
  });
  provider.on('server_error', (ctx, error) => {
    // no fault, and it passes: the answer says when to come again, see finishAnswer
    if (error instanceof VneidError && error.status === 503) {
      ctx.state.passing = error;
      return;
    }
    events.emit('server.error', { message: error.stack ?? error.message, path: ctx.path, method: ctx.method });
  });
}

/** What was wrong in the first place: the library tells one error by another. */
export function reasonOf(error: Error & { error_detail?: string | undefined }): string {
  let [first, reason] = [error as Error & { code?: string }, error.error_detail ?? error.message];
  while (first.cause instanceof Error) {
    first = first.cause;
    reason = first.message || (first.code ?? reason);
  }
  return reason;
}
