/**
 * The door to oidc-provider. On import it warns of any Node whose `process.release.lts` is not set, which Node 26 only
 * gets when it becomes LTS; the program checks its Node itself (`main.js`), so this one line is kept quiet.
 */
const { warn } = console;
console.warn = (...args: unknown[]) => {
  if (!String(args[0]).includes('Unsupported runtime')) warn(...args);
};
const { errors, ExternalSigningKey, interactionPolicy, Provider } = await import('oidc-provider').finally(() => {
  console.warn = warn;
});

export { errors, ExternalSigningKey, interactionPolicy, Provider };
