/** A browser at the city's services, which are an app like others and know what these texts are. */
export interface VisitRow {
  /** SHA-256 of its cookie, base64url. */
  id: string;
  /** A sign-in that has begun and not come back; it is good once. */
  pending: string | null;
  /** Who is signed in, and by which tokens. */
  citizen: string | null;
  /** The session at the provider by which somebody is signed in; null for a stranger. */
  sid: string | null;
  expires_at: number;
}
