import { registerHooks } from 'node:module';
import { withPlainContext } from './plain-context.ts';

/**
 * The door to oidc-provider. On import it warns of any Node whose `process.release.lts` is not set, which Node 26 only
 * gets when it becomes LTS; the program checks its Node itself (`main.js`), so this one line is kept quiet. And it comes in
 * with the context of a request as a plain property, which is told of in `plain-context.ts`.
 */
const { warn } = console;
console.warn = (...args: unknown[]) => {
  if (!String(args[0]).includes('Unsupported runtime')) warn(...args);
};
const hooks = registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const source = withPlainContext(url, loaded.source);
    return source === undefined ? loaded : { ...loaded, source };
  },
});
const { errors, ExternalSigningKey, interactionPolicy, Provider } = await import('oidc-provider').finally(() => {
  console.warn = warn;
  hooks.deregister();
});

export { errors, ExternalSigningKey, interactionPolicy, Provider };
