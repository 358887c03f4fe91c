import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventHub } from '../events.ts';
import type { DocumentRow, Schema } from '../store/schema.ts';
import { inTransaction } from '../store/transactions.ts';
import { type Citizen, citizenOf } from './citizen.ts';
import { dateIn } from './dates.ts';
import { drawNumber, drawPapers, type Paper } from './documents/draw.ts';
import { changedPaper, paperTold, type ToldPaper } from './documents/told.ts';
import { textTold } from './told/person.ts';

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
  /** Somebody who has none, and for whom none are made. */
  none(citizen: Citizen): Promise<void>;
  /** With its holder. @throws VneidError `document.unknown` */
  get(id: string): Promise<{ document: Document; holder: Citizen }>;
  /** Without a number it gets one that fits. @throws VneidError `registry.unfit`, `document.exists` */
  add(citizen: Citizen, kind: Paper['kind'], told: ToldPaper & { number?: string | undefined }): Promise<Document>;
  /** @throws VneidError `document.unknown`, `registry.unfit` */
  change(id: string, told: ToldPaper): Promise<Document>;
  /** @throws VneidError `document.unknown` */
  remove(id: string): Promise<void>;
}

export interface DocumentsParts {
  db: Kysely<Schema>;
  clock: Clock;
  events: EventHub;
}

/** Numbers tried for one paper before it is left out; of millions, two in a row are hardly ever taken. */
const attempts = 8;
const order: readonly Paper['kind'][] = ['driving-licence', 'vehicle', 'health-insurance'];

/** Makes the papers of one instance over its database. */
export function createDocuments({ db, clock, events }: DocumentsParts): Documents {
  /** What the table `facts` remembers, so that nobody's papers are made twice, nor those of someone who has none. */
  const markOf = ({ id }: Citizen) => `documents:${id}`;
  const today = () => dateIn(clock.now());

  /** Whether this is the one that has the papers of a citizen made; another was quicker and has committed, else. */
  async function isFirst(on: Kysely<Schema>, citizen: Citizen): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await on
      .insertInto('facts')
      .values({ name: markOf(citizen), value: today() })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows !== 0n;
  }

  async function make(citizen: Citizen): Promise<void> {
    await inTransaction(db, async (work) => {
      if (!(await isFirst(work, citizen))) return;
      for (const { paper, number } of drawPapers(citizen)) await record(work, citizen, paper, number);
    });
  }

  /** @returns undefined when no number was free */
  async function record(
    on: Kysely<Schema>,
    citizen: Citizen,
    paper: Paper,
    number: (attempt: number) => string,
  ): Promise<Document | undefined> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const row: DocumentRow = {
        id: uuid({ msecs: clock.now() }),
        citizen_id: citizen.id,
        kind: paper.kind,
        number: number(attempt),
        ...written(paper),
      };
      const { numInsertedOrUpdatedRows } = await on
        .insertInto('documents')
        .values(row)
        .onConflict((conflict) => conflict.columns(['kind', 'number']).doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows !== 0n) return documentOf(row);
    }
    return undefined;
  }

  async function documentsOf(citizen: Citizen): Promise<Document[]> {
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
  }

  async function get(id: string): Promise<{ document: Document; holder: Citizen }> {
    const row = await db.selectFrom('documents').selectAll().where('id', '=', id).executeTakeFirst();
    const holder =
      row && (await db.selectFrom('citizens').selectAll().where('id', '=', row.citizen_id).executeTakeFirst());
    if (!row || !holder) throw problem('document.unknown', { document: id.slice(0, 40) });
    return { document: documentOf(row), holder: citizenOf(holder) };
  }

  return {
    documentsOf,
    async none(citizen) {
      await isFirst(db, citizen);
    },
    get,
    async add(citizen, kind, { number: given, ...told }) {
      const paper = paperTold(kind, told, citizen, today());
      // those that are made by themselves come first, or they would come beside this one
      const nth = (await documentsOf(citizen)).length;
      const number = given === undefined ? undefined : textTold('documentNumber', given);
      const document = await record(
        db,
        citizen,
        paper,
        (attempt) => number ?? drawNumber(citizen, paper, nth, attempt),
      );
      if (!document) throw problem('document.exists', { number: number ?? citizen.number });
      events.emit('document.added', { citizen: citizen.id, document: document.id, kind });
      return document;
    },
    async change(id, told) {
      const { document, holder } = await get(id);
      const changed = changedPaper(document, told, holder, today());
      await db.updateTable('documents').set(written(changed)).where('id', '=', id).execute();
      events.emit('document.changed', { citizen: holder.id, document: id, kind: document.kind });
      return changed;
    },
    async remove(id) {
      const { document, holder } = await get(id);
      await db.deleteFrom('documents').where('id', '=', id).execute();
      events.emit('document.removed', { citizen: holder.id, document: id, kind: document.kind });
    },
  };
}

/** What of a paper can change. */
function written({
  issuedOn,
  expiresOn,
  state,
  facts,
}: Paper): Pick<DocumentRow, 'issued_on' | 'expires_on' | 'state' | 'facts'> {
  return { issued_on: issuedOn, expires_on: expiresOn, state, facts: JSON.stringify(facts) };
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
