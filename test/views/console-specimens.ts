import { apiPage } from '../../views/console/api.ts';
import { donePage } from '../../views/console/done.ts';
import { familyPage } from '../../views/console/family.ts';
import type { FieldShown } from '../../views/console/form.ts';
import { overviewPage } from '../../views/console/overview.ts';
import type { Specimen } from './specimens.ts';

/** The pages of the console, with what a bench may have in it. */
export function consoleSpecimens(language: 'vi' | 'en', as: (text: string) => string): Specimen[] {
  const say = (vi: string, en: string) => as(language === 'vi' ? vi : en);
  const csrf = as('3f7c1d0a9b');
  const families = [
    {
      family: 'phones',
      title: say('Điện thoại', 'Phones'),
      about: say('Điện thoại của công dân.', 'A citizen’s phone.'),
    },
    { family: 'clock', title: say('Đồng hồ', 'Clock'), about: say('Giờ.', 'Time.') },
  ];
  const fields: FieldShown[] = [
    { name: 'number', kind: 'text', required: true, hint: as('Personal number, 12 digits') },
    { name: 'face', kind: 'choice', choices: ['matches', 'differs'], required: true },
    { name: 'factors', kind: 'choices', choices: ['passcode', 'face'], required: false },
    { name: 'seconds', kind: 'number', required: false },
    { name: 'clients', kind: 'json', required: false },
  ];
  const operation = {
    operation: 'phones.approve',
    verb: 'approve',
    about: say('Đồng ý.', 'Says yes.'),
    method: 'POST',
    path: as('/lab/api/phones/{number}/approve'),
    shell: as('vneid phones approve NUMBER'),
    code: as('control.phones.approve({ number })'),
    tool: as('phones_approve'),
    errors: [as('approval.none')],
    fields,
    anchor: 'phones-approve',
    dangerous: false,
  };
  const values = { number: as('001085000001'), clients: as('[{}]') };
  const trouble = {
    text: say('Trường "face" không đúng.', 'The field "face" is not right.'),
    next: say('Sửa lại.', 'Correct it.'),
  };
  const family = {
    families,
    family: 'phones',
    title: say('Điện thoại', 'Phones'),
    about: say('Điện thoại của công dân.', 'A citizen’s phone.'),
    done: as('phones.bind'),
    csrf,
    path: '/lab/console/phones?number=1',
    forms: [
      { ...operation, values },
      {
        ...operation,
        operation: 'state.export',
        verb: 'export',
        method: 'GET',
        fields: [],
        file: '/lab/api/state',
        values: {},
      },
    ],
  };
  const row = {
    cells: [as('001085000001'), as('Nguyễn Văn An'), as('http://localhost:3000/t/build-1234')],
    doing: [
      { operation: 'phones.get', verb: 'get', reads: true, dangerous: false, values },
      { operation: 'phones.lose', verb: 'lose', reads: false, dangerous: true, values },
    ],
  };
  return [
    {
      name: 'console-overview',
      show: (page) =>
        overviewPage(page, {
          families,
          done: undefined,
          csrf,
          citizens: 6_300_000,
          clients: 12,
          tenants: 500,
          clock: { now: '2026-11-26T05:00:00.000Z', offset: 86_400, frozen: false },
          faults: [{ fault: as('id-token.wrong-iss'), client: as('ihanoi'), citizen: as('001085000001') }],
        }),
    },
    {
      name: 'console-family',
      show: (page) =>
        familyPage(page, {
          ...family,
          reading: { verb: 'list', fields: [{ name: 'q', kind: 'text', required: false }, ...fields], values },
          table: { columns: ['number', 'name', 'level'], rows: [row, row], next: as('cursor') },
          one: undefined,
          problem: undefined,
        }),
    },
    {
      name: 'console-family-empty',
      show: (page) =>
        familyPage(page, {
          ...family,
          reading: { verb: 'list', fields: [], values: {} },
          table: { columns: [], rows: [], next: undefined },
          one: undefined,
          problem: undefined,
        }),
    },
    {
      name: 'console-one',
      show: (page) =>
        familyPage(page, {
          ...family,
          reading: { verb: 'get', fields, values },
          table: undefined,
          one: as('{ "phone": {} }'),
          problem: undefined,
        }),
    },
    {
      name: 'console-refused',
      show: (page) =>
        familyPage(page, {
          ...family,
          reading: { verb: 'get', fields, values },
          table: undefined,
          one: undefined,
          problem: trouble,
        }),
    },
    {
      name: 'console-done',
      show: (page) =>
        donePage(
          { ...page, sent: [['in.number', values.number]] },
          { families, form: { ...operation, csrf, values }, about: operation.about, answer: as('{}') },
        ),
    },
    {
      name: 'console-not-done',
      show: (page) =>
        donePage(page, {
          families,
          form: { ...operation, csrf, values, back: '/lab/console', dangerous: true },
          about: operation.about,
          problem: trouble,
        }),
    },
    {
      name: 'console-api',
      show: (page) =>
        apiPage(page, {
          families,
          csrf,
          groups: families.slice(0, 1).map((one) => ({ ...one, operations: [operation] })),
        }),
    },
  ];
}
