import { ofClaims } from './claims.js';
import { ofForm } from './form.js';
import { ofJws } from './jws.js';
import { ofKinds } from './kinds.js';
import { ofSealed } from './sealed.js';

/** Every check, and every way that it can end: which rule says so, and why. */
export const catalogue = { ...ofForm, ...ofJws, ...ofClaims, ...ofKinds, ...ofSealed };
