/** "0001234567" → "000 *** 4567": enough for its owner to know which phone. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)} *** ${phone.slice(-4)}`;
}

/**
 * "001085000001" → "001085******": province, century, sex and year stay, the person goes. Of anything else nothing is
 * shown, not even its length: it may be a password in the wrong field.
 */
export function maskNumber(number: string): string {
  return /^\d{12}$/.test(number) ? `${number.slice(0, 6)}******` : '************';
}
