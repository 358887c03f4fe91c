import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * What was typed behind a program of ours: `read` makes of the options what it needs. `--help` is answered with how the
 * program is used; so is a mistake, with 2 and what was wrong, not with where in the program it was noticed.
 * @throws nothing: it ends the process
 */
export function typed<O extends NonNullable<ParseArgsConfig['options']>, T>(
  usage: string,
  options: O,
  read: (values: ReturnType<typeof parseArgs<{ options: O }>>['values']) => T,
): T {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return read(parseArgs({ options }).values);
  } catch (cause) {
    console.error(`${(cause as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
