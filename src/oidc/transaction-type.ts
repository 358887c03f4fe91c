/** The `type` of an authorization detail (RFC 9396) that asks for the approval of a transaction. */
export const transactionType = 'vneid_transaction';
