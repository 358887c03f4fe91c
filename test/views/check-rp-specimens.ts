import { checkRpBody, type CheckRpProps } from '../../views/lab/check-rp.ts';
import { layout } from '../../views/layout.ts';
import type { Specimen } from './specimens.ts';

/** What the report on an app says, in the frame of a page; as a file it holds both languages. */
export function checkRpSpecimens(as: (text: string) => string): Specimen[] {
  const told = (vi: string, en: string) => ({ vi: as(vi), en: as(en) });
  const nonce = {
    name: as('id-token.wrong-nonce'),
    about: told('ID token có nonce của lần đăng nhập khác.', 'The ID token has the nonce of another login.'),
    seconds: 0.42,
    must: told('Từ chối ID token có nonce khác.', 'Refuse an ID token whose nonce is another.'),
    fix: told('So sánh nonce khi nhận ID token.', 'Compare the nonce when the ID token comes.'),
    specification: { title: as('OpenID Connect Core 1.0 §3.1.3.7 (11)'), url: as('https://openid.net/specs/x.html') },
  };
  const evidence = { address: as('http://localhost:8080/me'), status: 200, text: as('Xin chào Nguyễn Văn An') };
  const props: CheckRpProps = {
    client: as('my-app'),
    start: as('http://localhost:8080/login'),
    issuer: as('http://localhost:3000'),
    citizen: as('001085000001'),
    mark: { by: 'text', what: as('Đăng xuất') },
    at: as('2026-11-26T04:30:00.000Z'),
    seconds: 61.4,
    trials: [
      { ...nonce, verdict: 'fail', outcome: 'accepted', evidence },
      { ...nonce, verdict: 'warning', outcome: 'stack-trace', evidence: { ...evidence, status: undefined, text: '' } },
      { ...nonce, verdict: 'note', outcome: 'accepted' },
      { ...nonce, verdict: 'pass', outcome: 'refused' },
      { ...nonce, verdict: 'skipped', outcome: 'not-asked' },
    ],
  };
  const clean = { ...props, mark: { by: 'name' as const, what: '' }, trials: props.trials.slice(3) };
  const shown = (name: string, those: CheckRpProps): Specimen => ({
    name,
    show: (page) => layout(page, { title: as('check-rp'), wide: true, body: checkRpBody(page.language, those) }),
  });
  return [shown('check-rp', props), shown('check-rp-clean', clean)];
}
