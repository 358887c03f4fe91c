import type { Provider } from 'oidc-provider';
import type { EventHub } from '../events.ts';

/** Retells the library's events in our vocabulary. */
export function retell(provider: Provider, events: EventHub): void {
  const reasonOf = (error: { error?: string; message: string; error_detail?: string | undefined }) =>
    error.error_detail ?? error.message;
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
  provider.on('end_session.success', (ctx) => {
    const client = ctx.oidc.client?.clientId;
    events.emit('session.ended', client ? { client } : {});
  });
  provider.on('server_error', (ctx, error) => {
    events.emit('server.error', { message: error.stack ?? error.message, path: ctx.path, method: ctx.method });
  });
}
