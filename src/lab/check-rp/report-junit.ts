import { wordsOf } from '../../../views/words.ts';
import { familyOf } from './deviation.ts';
import { countsOf, type Report, type Result } from './report.ts';

/** The report as CI servers read it: a deviation is a test case, a wrong acceptance a failure of it. */
export function reportJunit(report: Report): string {
  const { results, seconds, client, start, at } = report;
  const { fail, skipped } = countsOf(report);
  const counts = `tests="${results.length}" failures="${fail}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vneid check-rp" ${counts}>`,
    `<testsuite name="${xml(client)}" ${counts} timestamp="${new Date(at).toISOString()}">`,
    `<properties><property name="start" value="${xml(start)}"/><property name="issuer" value="${xml(report.issuer)}"/></properties>`,
    ...results.map(testCase),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(result: Result): string {
  const { deviation, verdict, outcome, seconds } = result;
  const { vi, en } = { vi: wordsOf('vi').checkRp.outcomes[outcome], en: wordsOf('en').checkRp.outcomes[outcome] };
  const said = `${vi} · ${en}`;
  const advice = [
    deviation.must.vi,
    deviation.fix.vi,
    deviation.must.en,
    deviation.fix.en,
    deviation.specification.title,
  ];
  const inside = {
    pass: '',
    fail: `<failure message="${xml(said)}">${xml(advice.join('\n'))}</failure>`,
    skipped: `<skipped message="${xml(said)}"/>`,
    // CI servers know no warnings: it is passed, and said
    warning: `<system-out>${xml([said, ...advice].join('\n'))}</system-out>`,
    note: `<system-out>${xml([said, ...advice].join('\n'))}</system-out>`,
  }[verdict];
  return `<testcase classname="${xml(familyOf(deviation))}" name="${xml(deviation.name)}" time="${seconds.toFixed(3)}">${inside}</testcase>`;
}

/** As XML 1.0 has it: what no escape can bring in is left out (§2.2). */
export function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}
