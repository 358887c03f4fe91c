/** A page of docs/recipes, and what has to be on the machine for it. */
export interface Entry {
  page: string;
  /** Commands that succeed where the recipe can be run, and whose first line says which version that is. */
  needs: string[];
  /** Run by `npm test`, with this project's own node_modules in place of an install. */
  inSuite?: boolean;
  /** It starts VNeID by itself. */
  alone?: boolean;
}

export const recipes: Entry[] = [
  { page: 'openid-client', needs: ['node --version'], inSuite: true },
  { page: 'passport', needs: ['node --version'], inSuite: true },
  { page: 'authjs', needs: ['node --version'], inSuite: true },
  { page: 'playwright', needs: ['node --version'], inSuite: true },
  { page: 'http', needs: ['curl --version'], inSuite: true },
  { page: 'cypress', needs: ['node --version'] },
  { page: 'testcontainers', needs: ['node --version', 'docker info'], alone: true },
  { page: 'spring-security', needs: ['mvn --version', 'java --version'] },
  { page: 'aspnet-core', needs: ['dotnet --version'] },
  { page: 'laravel', needs: ['composer --version', 'php --version'] },
  { page: 'go-oidc', needs: ['go version'] },
  { page: 'authlib', needs: ['python3 --version'] },
  { page: 'oauth2-proxy', needs: ['go version', 'openssl version'] },
  { page: 'apache', needs: ['/usr/sbin/apache2 -v', 'ls /usr/lib/apache2/modules/mod_auth_openidc.so'] },
  { page: 'keycloak', needs: ['mvn --version', '"${JAVA_HOME:+$JAVA_HOME/bin/}java" --version'] },
];
