import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { root } from '../support/dockerfile.ts';

/** Whatever stands in a YAML file; a test says what it should be. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Yaml = any;

const textOf = (path: string) => readFileSync(join(root, 'docker', path), 'utf8');

/** A compose file, anchors and merges resolved. */
export const composeFile = (name: string): Yaml => parse(textOf(name), { merge: true, strict: true });

/** What a compose file starts, each by its name. */
export const services = (file: Yaml) => Object.entries(file.services as Record<string, Yaml>);

export const kustomization = (): Yaml => parse(textOf('kubernetes/kustomization.yaml'));

/** Every object of the Kubernetes manifests. */
export const manifests = (): Yaml[] =>
  (kustomization().resources as string[]).flatMap((name) =>
    parseAllDocuments(textOf(`kubernetes/${name}`), { strict: true }).map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJS();
    }),
  );

/** Everything that is committed for a deployment, by name. */
export const everything = (): { name: string; text: string }[] =>
  globSync('**/*.*', { cwd: join(root, 'docker') })
    .filter((name) => !name.startsWith('secrets/'))
    .map((name) => ({ name, text: textOf(name) }));
