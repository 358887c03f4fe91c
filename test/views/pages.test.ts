import { describe, expect, it } from 'vitest';
import type { Page } from '../../views/layout.ts';
import { type Specimen, specimens } from './specimens.ts';
import { withoutModules } from '../support/markup.ts';

const languages = ['vi', 'en'] as const;
const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;

const page = (language: 'vi' | 'en', path = '/somewhere?x=1'): Page => ({ language, path });
const all = (as?: (text: string) => string) =>
  languages.flatMap((language) => specimens(language, as).map(({ name, show }) => ({ language, name, show })));
const specimen = (name: string): Specimen => {
  const found = specimens('vi').find((one) => one.name === name);
  if (!found) throw new Error(`no specimen ${name}`);
  return found;
};
const text = (name: string, language: 'vi' | 'en' = 'vi') => String(specimen(name).show(page(language)));

describe.each(all())('$name in $language', ({ name, language, show }) => {
  const markup = String(show(page(language)));

  it('says what it is and in which language', () => {
    expect(markup).toMatch(/^<!doctype html>\n<html lang="(vi|en)">/);
    expect(markup).toContain(`<html lang="${language}">`);
    expect(markup).toContain('<span lang="vi">DỮ LIỆU GIẢ LẬP</span> · <span lang="en">SYNTHETIC DATA</span>');
    expect(markup).toContain('<link rel="stylesheet" href="/assets/vneid.css">');
    expect(markup.includes('/assets/city.css')).toBe(name.startsWith('ihanoi'));
    expect(markup.match(/<h1[ >]/g)).toHaveLength(1);
    expect(markup).toMatch(/<title>[^<]+<\/title>/);
  });

  it('needs no inline style and no inline script', () => {
    expect(withoutModules(markup)).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  it('prints no hole where a word is missing', () => {
    expect(markup).not.toMatch(/undefined|\[object |null|NaN|\$\{/);
  });

  it('names every control and every id once', () => {
    const ids = [...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const targets = [...markup.matchAll(/\s(?:aria-describedby|aria-labelledby|for)="([^"]+)"/g)].flatMap(([, to]) =>
      to?.split(' '),
    );
    expect(ids).toEqual(expect.arrayContaining([...new Set(targets)]));
  });

  it('has at most one forward button and one place to start', () => {
    expect(markup.match(/class="primary"/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(markup.match(/\sautofocus/g)?.length ?? 0).toBeLessThanOrEqual(1);
  });
});

describe('hostile input', () => {
  it.each(all((given) => given + hostile))('stays text in $name in $language', ({ language, show }) => {
    const markup = withoutModules(String(show(page(language, `/x?a="><script>alert(3)</script>&lang=vi#"><mark>`))));
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('<img');
    expect(markup).not.toContain('<mark>');
    // no quote ends an attribute early: what follows one is another attribute or the end of the tag
    for (const [tag] of markup.matchAll(/<[a-z][^>]*>/g)) {
      expect(tag.replaceAll(/\s[a-zA-Z-]+="[^"]*"/g, '')).toMatch(
        /^<[a-z0-9]+(\s(required|multiple|novalidate|autofocus|checked|hidden|muted|open|playsinline|selected|data-[a-z-]+))*\s*\/?>$/,
      );
    }
  });

  it.each(['//evil.example/x', '/x?lang=en&lang=vi', '/x?next=https://evil.example', ''])(
    'keeps the language switch on this page: %s',
    (path) => {
      const markup = String(specimen('password').show(page('vi', path)));
      const links = [...markup.matchAll(/<a href="([^"]*)" lang=/g)].map(
        ([, href]) => href?.replaceAll('&amp;', '&') ?? '',
      );
      expect(links).toHaveLength(2);
      for (const [at, href] of links.entries()) {
        const url = new URL(href, 'http://localhost:3000/x');
        expect([url.origin, url.pathname]).toEqual(['http://localhost:3000', '/x']);
        expect(url.searchParams.getAll('lang')).toEqual([languages[at]]);
      }
    },
  );
});

describe('languages', () => {
  it.each(specimens('vi').map(({ name }) => name))('%s reads differently in each', (name) => {
    const body = (language: 'vi' | 'en') => {
      const found = specimens('vi').find((one) => one.name === name);
      return /<h1.*<\/main>/s.exec(String(found?.show(page(language))))?.[0];
    };
    expect(body('vi')).toBeTruthy();
    expect(body('vi')).not.toBe(body('en'));
  });

  it('keeps the other parameters of the query', () => {
    const markup = String(specimen('home').show(page('vi', '/?a=1&lang=vi&b=2')));
    expect(markup).toContain('href="?a=1&amp;lang=en&amp;b=2"');
  });
});

describe('names that others script against', () => {
  it('the password form', () => {
    const markup = text('password-wrong');
    expect(markup).toMatch(/<form method="post" action="\/login\/x\/password"/);
    expect(markup).toMatch(
      /<input id="login" name="login"[^>]*inputmode="numeric"[^>]*autocomplete="username webauthn"[^>]*value="001085000001"/,
    );
    expect(markup).toMatch(/<input id="password" name="password" type="password" autocomplete="current-password"/);
    expect(markup).not.toMatch(/name="password"[^>]*value=/);
    expect(markup.match(/<input type="hidden" name="csrf" value="3f7c1d0a9b">/g)).toHaveLength(2);
    expect(markup).toContain('<button type="submit" class="primary">Đăng nhập</button>');
    expect(markup).toContain('Hủy, quay lại ứng dụng');
  });

  it('the code form', () => {
    const markup = text('otp');
    expect(markup).toMatch(
      /name="otp"[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"[^>]*pattern="\[0-9\]\{6\}"[^>]*maxlength="6"/,
    );
    expect(markup).toContain('<button type="submit" class="primary">Xác nhận</button>');
    expect(markup).toContain('href="/lab/inbox/001085000001"');
    expect(text('otp-wrong')).not.toContain('/lab/');
  });

  it('an error is an alert, describes its field and takes the cursor there', () => {
    expect(text('password')).not.toContain('role="alert"');
    const markup = text('password-short');
    expect(markup).toMatch(/id="trouble" role="alert" tabindex="-1"/);
    expect(markup).toMatch(
      /name="login"[^>]*autofocus[^>]*aria-invalid="true"[^>]*aria-describedby="trouble login-hint"/,
    );
    expect(markup).toMatch(/<title>Lỗi: /);
  });

  it('consent: optional purposes are unticked, required ones have no box, both buttons are there', () => {
    const markup = text('consent');
    const boxes = [...markup.matchAll(/<input type="checkbox"[^>]*>/g)].map(([box]) => box);
    expect(boxes).toHaveLength(2);
    for (const box of boxes) expect(box).not.toContain('checked');
    expect(boxes.join()).toMatch(/name="purpose" value="contact".*name="purpose" value="welfare"/);
    expect(markup).toContain('<button type="submit" class="primary" name="decision" value="allow">Đồng ý</button>');
    expect(markup).toContain('<button type="submit" class="refusal" name="decision" value="deny">Từ chối</button>');
    expect(markup.match(/class="sensitive"/g)).toHaveLength(2);
    expect(markup).toContain('Xác nhận chia sẻ thông tin');
  });

  it('unmet: how to get level 2 only where it would help', () => {
    expect(text('unmet')).toContain('Phiếu TK01');
    expect(text('unmet-biometric')).not.toContain('Phiếu TK01');
    expect(text('unmet')).toContain('<button type="submit" class="primary">Quay lại ứng dụng</button>');
  });

  it('logout: yes is a value, staying is a button without one', () => {
    const markup = text('logout');
    expect(markup).toContain('<form id="op.logoutForm" method="post"');
    expect(markup).toMatch(
      /<button type="submit" form="op.logoutForm" class="primary" name="logout" value="yes" autofocus\s*>/,
    );
    expect(markup).toMatch(/<button type="submit" form="op.logoutForm" class="secondary">/);
  });

  it('the inbox gives the code to scripts', () => {
    expect(text('inbox')).toMatch(/<code[^>]* data-otp>482913<\/code>/);
    expect(text('inbox')).toContain('<time datetime="2026-10-20T01:05:00.000Z">08:05 20/10/2026</time>');
  });

  it('iHanoi', () => {
    expect(text('ihanoi-home')).toContain('href="/ihanoi/login">Đăng nhập bằng tài khoản định danh điện tử</a>');
    expect(text('ihanoi-me')).toContain('<h1>Nguyễn Văn An</h1>');
    expect(text('ihanoi-me')).toContain('<form method="post" action="/ihanoi/logout">');
    expect(text('ihanoi-in')).not.toContain('/ihanoi/login');
  });
});
