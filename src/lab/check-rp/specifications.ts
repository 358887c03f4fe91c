import type { Specification } from './deviation.ts';

/** A section of OpenID Connect Core 1.0 (incorporating errata set 2), by the name of its anchor. */
export function core(section: string, anchor: string): Specification {
  return {
    title: `OpenID Connect Core 1.0 §${section}`,
    url: `https://openid.net/specs/openid-connect-core-1_0.html#${anchor}`,
  };
}

/** A step of the validation of an ID token. */
export function validation(step: number): Specification {
  return core(`3.1.3.7 (${step})`, 'IDTokenValidation');
}

export function rfc(number: number, section: string): Specification {
  return {
    title: `RFC ${number} §${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
  };
}

/** OWASP Application Security Verification Standard 5.0, V16.5: how an app fails. */
export function failing(requirement: string): Specification {
  return {
    title: `OWASP ASVS 5.0 §${requirement}`,
    url: 'https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md',
  };
}

/** Likewise V7.2: how sessions are kept. */
export function sessions(requirement: string): Specification {
  return {
    title: `OWASP ASVS 5.0 §${requirement}`,
    url: 'https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x16-V7-Session-Management.md',
  };
}

export function backchannelLogout(section: string, anchor: string): Specification {
  return {
    title: `OpenID Connect Back-Channel Logout 1.0 §${section}`,
    url: `https://openid.net/specs/openid-connect-backchannel-1_0.html#${anchor}`,
  };
}

export const discovery: Specification = {
  title: 'OpenID Connect Discovery 1.0 §4.3',
  url: 'https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation',
};
