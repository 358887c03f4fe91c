/**
 * Whether the subject of a certificate is the distinguished name that a client registered: the same attributes in the same
 * order, whatever the spelling of their types and the case and spacing of their values (distinguishedNameMatch and
 * caseIgnoreMatch, RFC 4517 §4.2.15 and §4.2.11). What cannot be read is the same as nothing.
 * @param subject as Node's X509Certificate writes it: one relative name on a line, the most significant first
 * @param registered RFC 4514 string, the most significant last
 */
export function isSubject(subject: string, registered: string): boolean {
  const [found, expected] = [readName(subject.split('\n').toReversed().join(',')), readName(registered)];
  return found !== undefined && expected !== undefined && found === expected;
}

/** One spelling for all spellings of a name, or undefined where there is nothing to read. */
function readName(text: string): string | undefined {
  const names: string[][] = [[]];
  let ended = '+';
  let length = 0;
  for (const [whole, type = '', value = '', separator = ''] of text.matchAll(attribute)) {
    const read = readValue(value);
    if (read === undefined) return undefined;
    names.at(-1)?.push(JSON.stringify([readType(type), read]));
    if (separator === ',' || separator === ';') names.push([]);
    ended = separator;
    length += whole.length;
  }
  return length === text.length && ended === '' ? JSON.stringify(names.map((name) => name.sort())) : undefined;
}

/** RFC 4514 §3, with the spaces around signs and the semicolon that older strings have (RFC 2253 §4). */
const attribute =
  /\s*([a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*(#(?:[0-9a-f]{2})+\s*|(?![\s#])(?:\\[0-9a-f]{2}|\\[ "#+,;<=>\\]|[^\\,;+"<>])*)(,|;|\+|$)/giy;

function readType(type: string): string {
  const name = type.toLowerCase();
  return types[name] ?? name;
}

function readValue(value: string): string | undefined {
  try {
    const text = value.startsWith('#') ? decodeBer(Buffer.from(value.slice(1).trim(), 'hex')) : unescape(value);
    return text?.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
  } catch {
    // bytes that are no UTF-8
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function unescape(value: string): string {
  return value.replaceAll(/(?:\\[0-9a-f]{2})+|\\(.)/gi, (pairs, sign?: string) =>
    sign === undefined ? utf8.decode(Buffer.from(pairs.replaceAll('\\', ''), 'hex')) : sign,
  );
}

/** A string in BER (X.690), which is how RFC 4514 §2.4 has the value of a type that it has no name for. */
function decodeBer(bytes: Buffer): string | undefined {
  const [tag = 0, short = 0] = bytes;
  const width = short > 0x80 && short <= 0x82 ? short - 0x80 : 0;
  const content = bytes.subarray(2 + width);
  if (content.length !== (width === 0 ? short : bytes.readUIntBE(2, width))) return undefined;
  // UTF8String, PrintableString, IA5String
  if (tag === 0x0c || tag === 0x13 || tag === 0x16) return utf8.decode(content);
  // BMPString
  if (tag === 0x1e) return new TextDecoder('utf-16be', { fatal: true }).decode(content);
  return undefined;
}

/** Names of types to their object identifiers: RFC 4514 §3, RFC 4519, and those that OpenSSL knows. */
const types: Record<string, string> = {
  cn: '2.5.4.3',
  commonname: '2.5.4.3',
  sn: '2.5.4.4',
  surname: '2.5.4.4',
  serialnumber: '2.5.4.5',
  c: '2.5.4.6',
  countryname: '2.5.4.6',
  l: '2.5.4.7',
  localityname: '2.5.4.7',
  st: '2.5.4.8',
  stateorprovincename: '2.5.4.8',
  street: '2.5.4.9',
  streetaddress: '2.5.4.9',
  o: '2.5.4.10',
  organizationname: '2.5.4.10',
  ou: '2.5.4.11',
  organizationalunitname: '2.5.4.11',
  title: '2.5.4.12',
  businesscategory: '2.5.4.15',
  postalcode: '2.5.4.17',
  gn: '2.5.4.42',
  givenname: '2.5.4.42',
  organizationidentifier: '2.5.4.97',
  uid: '0.9.2342.19200300.100.1.1',
  userid: '0.9.2342.19200300.100.1.1',
  dc: '0.9.2342.19200300.100.1.25',
  domaincomponent: '0.9.2342.19200300.100.1.25',
  e: '1.2.840.113549.1.9.1',
  email: '1.2.840.113549.1.9.1',
  emailaddress: '1.2.840.113549.1.9.1',
  jurisdictionl: '1.3.6.1.4.1.311.60.2.1.1',
  jurisdictionst: '1.3.6.1.4.1.311.60.2.1.2',
  jurisdictionc: '1.3.6.1.4.1.311.60.2.1.3',
};
