/**
 * Node's own `import`, where the tests' loader would make another program of what is loaded, and take seconds for it.
 * @param {string} address
 */
module.exports = (address) => import(address);
