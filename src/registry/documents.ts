import type { Kysely, Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock.ts';
import type { DocumentRow, Schema } from '../store/schema.ts';
import type { Citizen } from './citizen.ts';
import { dateIn } from './dates.ts';
import { type Drawn, drawPapers, type Paper } from './documents/draw.ts';

/** A paper on record: integrated into its holder's electronic identity (Law 26/2023/QH15 Art 22). */
export type Document = Paper & {
  id: string;
  citizenId: string;
  /** Of a licence and an insurance card their number, of a vehicle its plate; no other of the kind has it. */
  number: string;
};

/** The papers of citizens: driving licences, registrations of vehicles, health-insurance cards. */
export interface Documents {
  /**
   * What a citizen has had integrated, by kind and then by day of issue; none is an answer too. Papers are made when they
   * are first asked for, once for ever and however many ask at once; after that the table has the word, whoever changes it.
   */
  documentsOf(citizen: Citizen): Promise<Document[]>;
}

/** Numbers tried for one paper before it is left out; of millions, two in a row are hardly ever taken. */
const attempts = 8;
const order: readonly Paper['kind'][] = ['driving-licence', 'vehicle', 'health-insurance'];

/** Makes the papers of one instance over its database. */
export function createDocuments({ db, clock }: { db: Kysely<Schema>; clock: Clock }): Documents {
  /** What the table `facts` remembers, so that nobody's papers are made twice, nor those of someone who has none. */
  const markOf = ({ id }: Citizen) => `documents:${id}`;

  async function make(citizen: Citizen): Promise<void> {
    const mark = { name: markOf(citizen), value: dateIn(clock.now()) };
    await db.transaction().execute(async (work) => {
      const { numInsertedOrUpdatedRows: won } = await work
        .insertInto('facts')
        .values(mark)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      // another was quicker, and has committed before this insert could fail
      if (won === 0n) return;
      for (const drawn of drawPapers(citizen)) await record(work, citizen, drawn);
    });
  }

  async function record(work: Transaction<Schema>, citizen: Citizen, { paper, number }: Drawn): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { numInsertedOrUpdatedRows: taken } = await work
        .insertInto('documents')
        .values({
          id: uuid({ msecs: clock.now() }),
          citizen_id: citizen.id,
          kind: paper.kind,
          number: number(attempt),
          issued_on: paper.issuedOn,
          expires_on: paper.expiresOn,
          state: paper.state,
          facts: JSON.stringify(paper.facts),
        })
        .onConflict((conflict) => conflict.columns(['kind', 'number']).doNothing())
        .executeTakeFirst();
      if (taken !== 0n) return;
    }
  }

  return {
    async documentsOf(citizen) {
      const made = await db.selectFrom('facts').select('name').where('name', '=', markOf(citizen)).executeTakeFirst();
      if (!made) await make(citizen);
      const rows = await db
        .selectFrom('documents')
        .selectAll()
        .where('citizen_id', '=', citizen.id)
        .orderBy('issued_on')
        .orderBy('id')
        .execute();
      return rows.map(documentOf).toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
    },
  };
}

function documentOf(row: DocumentRow): Document {
  return {
    id: row.id,
    citizenId: row.citizen_id,
    kind: row.kind,
    number: row.number,
    issuedOn: row.issued_on,
    expiresOn: row.expires_on,
    state: row.state,
    facts: JSON.parse(row.facts),
  };
}
