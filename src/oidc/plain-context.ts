/**
 * The library gives every request an accessor of its own, `ctx.oidc`. V8 puts accessors into its old space, which only its
 * major collection clears, and until then its small ones keep and carry there whatever these see: each request, whole. With
 * one accessor of ours that was two thirds of what a login left there, and a twelfth of its time. Of the library's text this
 * one place is changed as it is read: the context is made at once, and is a property as any other.
 */
const accessor = `    let oidcCtx;
    Object.defineProperty(ctx, 'oidc', {
      get: () => {
        oidcCtx ||= new this.OIDCContext(ctx);
        return oidcCtx;
      },
    });
`;
/** In as many lines, so that all others are where they were. */
const property = `    ctx.oidc = new this.OIDCContext(ctx);${'\n'.repeat(accessor.split('\n').length - 1)}`;

/**
 * A file of the library with its one place changed; nothing for any other file, and where the place reads otherwise: then
 * the library is as it comes, and does the same.
 * @param file its path or address
 * @param source its text, or the bytes of it
 */
export function withPlainContext(file: string, source: unknown): string | undefined {
  if (!/[\\/]oidc-provider[\\/]lib[\\/]helpers[\\/]initialize_app\.js$/.test(file)) return undefined;
  const text = String(source);
  return text.includes(accessor) ? text.replace(accessor, property) : undefined;
}
